import { Command } from '../ui/command.tsx'

type Broken = 'not-running' | 'foreign' | 'mismatch'

/** What is wrong with the bridge, and the one thing that mends it. */
export const Trouble = ({ link }: { link: Broken }) => {
  const { title, words, how, command } = stories[link]
  return (
    <section class="card">
      <h1>{title}</h1>
      <p class="muted">{words}</p>
      <p>{how}</p>
      <Command text={command} />
    </section>
  )
}

const stories = {
  'not-running': {
    title: 'Countersign is not running',
    words: 'This browser is paired, but nothing answers on this machine. It connects by itself as soon as it runs.',
    how: 'In a terminal, in the Countersign folder:',
    command: 'npm start',
  },
  foreign: {
    title: 'This is not your Countersign',
    words:
      'A program answers in its place, and it is not the one that this browser is paired with. Nothing was given to it.',
    how: 'To see which program that is, in the Countersign folder:',
    command: 'node companion/dist/cli.js status',
  },
  mismatch: {
    title: 'The two parts don’t fit together',
    words: 'Extension and companion are of different versions. Nothing is lost.',
    how: 'Build both anew in the Countersign folder, start it, then reload the extension:',
    command: 'npm start',
  },
} as const satisfies Record<Broken, { title: string; words: string; how: string; command: string }>
