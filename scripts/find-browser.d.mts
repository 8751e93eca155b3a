export function findBrowser(from?: {
  env?: NodeJS.ProcessEnv
  platform?: NodeJS.Platform
  usable?: (path: string) => boolean
}): string | undefined
