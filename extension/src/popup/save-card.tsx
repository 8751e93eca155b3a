import { unknownAccount } from '@countersign/shared/session/site'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import type { SurfaceState } from '../surface/messages.ts'
import { savedOf } from './saved-of.ts'
import { SavesItself } from './saves-itself.tsx'
import { TabStory } from './tab-story.tsx'
import { Uncertain } from './uncertain.tsx'
import type { Act } from './use-act.ts'

type SaveCardProps = { state: SurfaceState; act: Act; now: number; children: ComponentChildren }

/** This tab, how old its saved session is, and the one thing to do about it. */
export const SaveCard = ({ state, act, now, children }: SaveCardProps) => {
  const { tab, overview } = state
  const [name, setName] = useState('')
  const online = state.link.state === 'connected'
  const outline = tab?.kind === 'ready' ? tab.outline : undefined
  const saved = outline === undefined || overview === null ? undefined : savedOf(overview, outline)
  const first = outline !== undefined && overview !== null && saved === undefined
  const save = (anyway: boolean) => act.run({ kind: 'save', anyway, name: (first && name.trim()) || null })

  const uncertain = act.ended?.answer.kind === 'uncertain' ? act.ended.answer : undefined
  return (
    <section class="card" aria-label="This tab">
      <TabStory state={state} now={now} />
      {first && (
        <div class="field">
          <label for="account-name">Name this account</label>
          <input
            id="account-name"
            type="text"
            dir="auto"
            maxLength={60}
            placeholder="If you like"
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
      )}
      {uncertain !== undefined ? (
        <Uncertain why={uncertain.why} onSave={() => save(true)} onCancel={act.forget} />
      ) : tab?.kind === 'no-tab' ? (
        <Button look="primary" size="wide" busy={act.running !== null} onPress={() => act.run({ kind: 'open-upwork' })}>
          Open Upwork
        </Button>
      ) : (
        <Button
          look={tab?.kind === 'signed-out' ? 'plain' : 'primary'}
          size="wide"
          disabled={!online}
          busy={act.running !== null}
          onPress={() => save(false)}
        >
          Save session
        </Button>
      )}
      {children}
      {saved !== undefined && saved.id !== unknownAccount && (
        <SavesItself account={saved.id} on={state.savesItself.includes(saved.id)} online={online} act={act} />
      )}
    </section>
  )
}
