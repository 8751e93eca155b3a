import { arrive, letOut, readLedger } from './arrive.ts'
import { answerInWindow, letAgentIn, sayNo, sayYes } from './ask.ts'
import { pairUp } from './pair.ts'
import { saveByClick } from './save.ts'
import { setStage, type Tour } from './stage.ts'

/** The main job, from nothing to a browser that was never at the site and arrives signed in. */
export async function walk(tour: Tour): Promise<void> {
  const stage = await setStage(tour)
  await pairUp(tour, stage)
  await saveByClick(tour, stage)
  const agent = await letAgentIn(tour, stage)
  await sayYes(tour, stage, agent)
  await sayNo(tour, stage, agent)
  await answerInWindow(tour, stage, agent)
  await arrive(tour, stage, await letOut(tour, stage))
  await readLedger(tour, stage)
}
