import { Fragment } from 'preact'

/** A sentence of ours in which commands stand between backticks. */
export const Sentence = ({ text }: { text: string }) => (
  <>
    {text
      .split('`')
      .map((part, index) =>
        index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>,
      )}
  </>
)
