import t from 'tap'
import { verifyAll } from '../../server/trail/verify.ts'
import { ownerOf } from '../support/owner.ts'
import { ask } from './asking.ts'
import { chapter, check, follow, gatherCast, says } from './story.ts'
import { testControl } from './testing.ts'

t.test('the main job, told in order: each part goes on where the one before it ended', { timeout: 240_000 }, async (t) => {
  const cast = await gatherCast(t)
  await ask(t, cast)
  await testControl(t, cast)
  await chapter(t, 'every step stands in the trail, as it was written', async (t) => {
    const { page } = cast.miriam
    await follow(page, 'Overview')
    await check(t, page, 'engagement')
    await follow(page, 'Trail')
    await says(t, page, /Verified/)
    await check(t, page, 'trail')
    const verdicts = await verifyAll(ownerOf(t, cast.stage))
    t.ok(verdicts.length >= 2 && verdicts.every(({ problem }) => problem === null), 'nothing in any log is other than it was written')
  })
})
