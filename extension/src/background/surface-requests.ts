import { companionMethods } from '@countersign/shared/protocol/messages'
import type { SurfaceAnswer, SurfaceRequest } from '../surface/messages.ts'
import type { Act } from './acts.ts'
import type { LookableAlarm } from '@countersign/shared/protocol/overview'
import type { Connection } from './connection.ts'

type Request<K extends SurfaceRequest['kind']> = Extract<SurfaceRequest, { kind: K }>

export type SurfaceRequestsDeps = {
  save(request: Request<'save'>): Promise<SurfaceAnswer>
  answer(request: Request<'answer'>): Promise<SurfaceAnswer>
  pair(code: string): Promise<SurfaceAnswer>
  unpair(fingerprint: string): Promise<SurfaceAnswer>
  act(act: Act): Promise<SurfaceAnswer>
  looked(look: { alarm: LookableAlarm; about: string | null }): Promise<SurfaceAnswer>
  /** Drops a yes that lasts. */
  forget(request: string): Promise<void>
  /** Whether an account's session is saved again by itself when its sign-in rotates. */
  saveByItself(account: string, on: boolean): Promise<void>
  openSite(): Promise<unknown>
  readonly connection: Pick<Connection, 'request'>
}

/** All that the popup and the approval window may ask of the worker. */
export const surfaceRequests =
  (deps: SurfaceRequestsDeps) =>
  async (request: SurfaceRequest): Promise<SurfaceAnswer> => {
    switch (request.kind) {
      case 'save':
        return deps.save(request)
      case 'answer':
        return deps.answer(request)
      case 'pair':
        return deps.pair(request.code)
      case 'unpair':
        return deps.unpair(request.fingerprint)
      case 'pause':
        await deps.connection.request(companionMethods.pause, {})
        break
      case 'mute':
        await deps.connection.request(companionMethods.mute, { grant: request.grant })
        break
      case 'forget':
        // Here first: nothing is taken on it any more, wherever the companion is.
        await deps.forget(request.id)
        await deps.connection.request(companionMethods.forget, { id: request.id })
        break
      case 'end-released':
        await deps.connection.request(companionMethods.endReleased, { id: request.id })
        break
      case 'save-by-itself':
        await deps.saveByItself(request.account, request.on)
        break
      case 'history':
        return deps.connection.request(companionMethods.history, { account: request.account })
      case 'difference':
        return deps.connection.request(companionMethods.difference, {
          account: request.account,
          from: request.from,
          to: request.to,
        })
      case 'restore':
        return deps.act({ tool: 'restore', account: request.account, version: request.version })
      case 'name-account':
        return deps.act({ tool: 'name-account', account: request.account, name: request.name })
      case 'forget-session':
        return deps.act({ tool: 'forget-session', account: request.account, version: request.version })
      case 'unmute':
        return deps.act({ tool: 'unmute', grant: request.grant })
      case 'resume':
        return deps.act({ tool: 'resume' })
      case 'looked':
        return deps.looked({ alarm: request.alarm, about: request.about })
      case 'open-upwork':
        await deps.openSite()
        break
    }
    return { kind: 'done' }
  }
