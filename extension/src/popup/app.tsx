import { Resting } from '../ui/button.tsx'
import { Header } from './header.tsx'
import { HeldView } from './held-view.tsx'
import { HomeView } from './home-view.tsx'
import { PairingView } from './pairing-view.tsx'
import { PromptView } from './prompt-view.tsx'
import { SessionPage } from './session-page.tsx'
import { useAct } from './use-act.ts'
import { useLast } from './use-last.ts'
import { useOpenAccount } from './use-open-account.ts'
import { useRest } from './use-rest.ts'
import { useSurface } from './use-surface.ts'
import type { Worker } from './worker.ts'

/** Milliseconds in which nothing can be pressed after a prompt left, since the second click of a hand may be on its way. */
const restAfterPrompt = 800

/** Chooses what to show. A question comes before everything else. */
export const App = ({ worker }: { worker: Worker }) => {
  const state = useSurface(worker)
  const act = useAct(worker)
  const { account, back, open, leave } = useOpenAccount(state)
  const prompt = state?.prompts[0]
  const lastPrompt = useLast(prompt?.id)
  const resting = useRest(prompt === undefined ? lastPrompt : undefined, restAfterPrompt)

  if (state === null) return <Header link={undefined} waiting={0} />

  const view = () => {
    if (prompt !== undefined) return <PromptView key={prompt.id} prompt={prompt} state={state} act={act} />
    if (state.link.state === 'unpaired') return <PairingView state={state} act={act} />
    if (state.link.state === 'held') return <HeldView state={state} act={act} />
    if (account === undefined) return <HomeView state={state} act={act} back={back} onOpen={open} />
    return <SessionPage key={account.id} account={account} state={state} act={act} worker={worker} onBack={leave} />
  }
  return (
    <Resting.Provider value={resting}>
      <Header link={state.link} waiting={Math.max(0, state.prompts.length - 1)} />
      <main class={resting ? 'resting' : undefined}>{view()}</main>
    </Resting.Provider>
  )
}
