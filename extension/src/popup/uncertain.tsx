import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../ui/button.tsx'

/** Asked in the place of the Save button, when Upwork itself does not make clear whose sign-in this is. */
export const Uncertain = ({ why, onSave, onCancel }: { why: string; onSave: () => void; onCancel: () => void }) => {
  const question = useRef<HTMLParagraphElement>(null)
  useEffect(() => question.current?.focus(), [])
  return (
    <div class="note warn uncertain" role="group" aria-labelledby="uncertain-question">
      <p id="uncertain-question" ref={question} tabIndex={-1}>
        {why} It may not work when it is used. Save it all the same?
      </p>
      <div class="row">
        <Button onPress={onCancel}>Cancel</Button>
        <Button look="primary" onPress={onSave}>
          Save anyway
        </Button>
      </div>
    </div>
  )
}
