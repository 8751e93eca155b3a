import type { Subject } from '@countersign/shared/approval/prompt'
import { Stranger } from '../ui/stranger.tsx'
import { fewNames } from './subject-save.tsx'
import { count } from './words.ts'

/** What is too long to stand above the buttons. It comes after them, so that opening it moves nothing. */
export const PromptDetails = ({ subject }: { subject: Subject }) => {
  if (subject.kind === 'accept-policy') return <PolicyText text={subject.text} />
  if (subject.kind !== 'save' || subject.outline.cookieNames.length <= fewNames) return null
  const { cookieNames } = subject.outline
  return (
    <details class="details">
      <summary>Show all {count(cookieNames.length, 'cookie name')}</summary>
      <ul class="names">
        {cookieNames.map((name) => (
          <li key={name} class="mono">
            <Stranger text={name} limit={80} />
          </li>
        ))}
      </ul>
    </details>
  )
}

/** As it stands in the file, line by line. */
const PolicyText = ({ text }: { text: string }) => (
  <details class="details">
    <summary>Show the whole policy</summary>
    <pre class="policy-text mono small">
      {text.split('\n').map((line, index) => {
        const indent = /^[ \t]*/.exec(line)?.[0] ?? ''
        return (
          <span key={index}>
            {indent.replaceAll('\t', '  ').slice(0, 40)}
            <Stranger text={line.slice(indent.length)} limit={2000} />
            {'\n'}
          </span>
        )
      })}
    </pre>
  </details>
)
