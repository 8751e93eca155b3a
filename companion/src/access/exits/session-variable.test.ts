import { expect, it } from 'vitest'
import { thrownBy } from '../../testing/thrown-by.ts'
import { requireSessionVariable } from './session-variable.ts'

it.each(['COUNTERSIGN_SESSION', 'STORAGE_STATE', 'upwork_session', '_'])('%s may name the file', (name) => {
  expect(() => requireSessionVariable(name)).not.toThrow()
})

it.each([
  '',
  '1ST',
  'a b',
  'a=b',
  'ä',
  'x'.repeat(101),
  'PATH',
  'Path',
  'HOME',
  'BASH_ENV',
  'ENV',
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
  'NODE_OPTIONS',
  'PYTHONSTARTUP',
  'GIT_SSH_COMMAND',
  'COUNTERSIGN_HOME',
])('%j may not', (name) => {
  expect(thrownBy(() => requireSessionVariable(name))).toMatchObject({ code: 'invalid_arguments' })
})
