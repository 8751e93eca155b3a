import { Secret } from '@countersign/shared/secret'
import type { Cookie } from '@countersign/shared/session/cookie'

/** What the browser tells of a cookie; `cookies.Cookie` fits. */
export type BrowserCookie = {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: Cookie['sameSite']
  /** Seconds since 1970; not there for a cookie that ends with the browser. */
  readonly expirationDate?: number | undefined
  readonly partitionKey?:
    | { readonly topLevelSite?: string | undefined; readonly hasCrossSiteAncestor?: boolean | undefined }
    | null
    | undefined
}

export const mapCookie = (given: BrowserCookie): Cookie => {
  const { name, value, domain, hostOnly, path, secure, httpOnly, sameSite, expirationDate, partitionKey } = given
  const topLevelSite = partitionKey?.topLevelSite
  return {
    name,
    value: new Secret(value),
    domain,
    hostOnly,
    path,
    secure,
    httpOnly,
    sameSite,
    expires: expirationDate ?? null,
    partition:
      topLevelSite === undefined
        ? null
        : { topLevelSite, hasCrossSiteAncestor: partitionKey?.hasCrossSiteAncestor ?? null },
  }
}
