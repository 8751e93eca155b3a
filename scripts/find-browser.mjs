import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * The program of a Chromium-family browser on this machine. Where `CHROME_PATH` is set, that one or none.
 * @param {{ env?: NodeJS.ProcessEnv, platform?: string, usable?: (path: string) => boolean }} from
 */
export function findBrowser({ env = process.env, platform = process.platform, usable = isProgram } = {}) {
  const chosen = env['CHROME_PATH']
  if (chosen) return usable(chosen) ? chosen : undefined
  return usualPlaces(env, platform).find((path) => usable(path))
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} platform
 */
function usualPlaces(env, platform) {
  if (platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser']
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      names.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    )
  }
  if (platform === 'win32') {
    const folders = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].filter(Boolean)
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe']
    return [...programs, 'Microsoft\\Edge\\Application\\msedge.exe'].flatMap((program) =>
      folders.map((folder) => `${folder}\\${program}`),
    )
  }
  const names = [
    'chromium',
    'google-chrome-stable',
    'google-chrome',
    'chromium-browser',
    'microsoft-edge',
    'brave-browser',
  ]
  // A service or a cron job may have a short PATH.
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin']
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, '/opt/google/chrome/chrome', '/snap/bin/chromium']
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
