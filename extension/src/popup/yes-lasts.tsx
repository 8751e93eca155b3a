import type { Prompt } from '@countersign/shared/approval/prompt'
import type { SurfaceRequest } from '../surface/messages.ts'

/** For how long a yes counts, as she chose it. */
export type Lasting = Pick<Extract<SurfaceRequest, { kind: 'answer' }>, 'lasts' | 'sameArguments'>

/** Each question begins so, whatever she chose for the one before. */
export const once: Lasting = { lasts: 'once', sameArguments: false }

const choices: readonly { readonly lasts: Lasting['lasts']; readonly name: string }[] = [
  { lasts: 'once', name: 'Once' },
  { lasts: '15 minutes', name: '15 minutes' },
  { lasts: 'browser', name: 'Until the browser closes' },
]

export type YesLastsProps = {
  subject: Prompt['subject']
  chosen: Lasting
  /** Her answer is on its way: what was signed stands there. */
  settled: boolean
  onChoose: (chosen: Lasting) => void
}

/** In a question whose answer can be remembered. A change of it starts the second before Approve works anew, as any change does. */
export const YesLasts = ({ subject, chosen, settled, onChoose }: YesLastsProps) => (
  <fieldset class="lasting" disabled={settled}>
    <legend class="muted small">Your yes counts</legend>
    <div class="choices">
      {choices.map(({ lasts, name }) => (
        <label key={lasts}>
          <input
            type="radio"
            name="lasts"
            value={lasts}
            checked={chosen.lasts === lasts}
            onChange={() => onChoose(lasts === 'once' ? once : { ...chosen, lasts })}
          />
          <span>{name}</span>
        </label>
      ))}
    </div>
    {subject.kind === 'call' && subject.arguments.length > 0 && (
      <label class="same">
        <input
          type="checkbox"
          checked={chosen.sameArguments}
          disabled={chosen.lasts === 'once'}
          onChange={({ currentTarget }) => onChoose({ ...chosen, sameArguments: currentTarget.checked })}
        />
        <span>Only with these same arguments</span>
      </label>
    )}
  </fieldset>
)
