import type { Overview } from '@countersign/shared/protocol/overview'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { AgentRow } from './agent-row.tsx'
import type { Act } from './use-act.ts'

type AgentsProps = { overview: Overview; online: boolean; act: Act; now: number }

/** Who may ask, and the one switch that stops them all. */
export const Agents = ({ overview: { accounts, agents, paused }, online, act, now }: AgentsProps) => (
  <section class="section">
    <div class="row spread">
      <h2>Agents {paused && <span class="tag warn">Paused</span>}</h2>
      <Button
        size="small"
        look={paused ? 'primary' : 'plain'}
        disabled={!online}
        busy={act.running !== null}
        onPress={() => act.run({ kind: paused ? 'resume' : 'pause' })}
      >
        {paused ? 'Resume' : 'Pause all agents'}
      </Button>
    </div>
    {agents.length === 0 ? (
      <div class="step">
        <p class="muted">None yet. To let one in, in the Countersign folder:</p>
        <Command text='node companion/dist/cli.js agents add "Claude Code"' />
      </div>
    ) : (
      <ul class="rows agents">
        {agents.map((agent) => (
          <AgentRow
            key={agent.id}
            agent={agent}
            only={accounts.find(({ id }) => id === agent.account)?.name ?? agent.account}
            online={online}
            act={act}
            now={now}
          />
        ))}
      </ul>
    )}
  </section>
)
