import t from 'tap'
import { openApp } from '../support/app.ts'
import { gather } from '../support/cast.ts'

const { ours, outsiders } = await gather(await openApp(t))
const path = `${ours.base}/sample-sizes`
const ask = async (query: Record<string, string>) => ours.staff.get(`${path}?${new URLSearchParams(query).toString()}`)

t.test('the calculator gives sizes and limits with their source', async (t) => {
  const asked: readonly [Record<string, string>, readonly RegExp[]][] = [
    [{ ask: 'policy', frequency: 'weekly', risk: 'high' }, [/<b>15<\/b>/, /15: default policy, weekly, high risk\./]],
    [{ ask: 'policy', frequency: 'event_driven', risk: 'moderate', occurrences: '212' }, [/<b>32<\/b>/, /15 % of 212 occurrences/]],
    [{ ask: 'attributes', confidence: '95', tolerable: '10', expected: '0' }, [/<b>29<\/b>/, /<b>0<\/b>/, /Binomial: the smallest n/]],
    [{ ask: 'attributes', confidence: '90', tolerable: '5', expected: '3.5' }, [/<b>400<\/b>/, /<b>14<\/b>/]],
    [{ ask: 'attributes', confidence: '95 %', tolerable: '4', expected: '1', population: '5,000' }, [/<b>154<\/b>/, /Hypergeometric: the smallest n of 5,000, of which 200 would deviate/]],
    [{ ask: 'attributes', confidence: '95', tolerable: '1', expected: '0', population: '12' }, [/<b>12<\/b>/, /everything is tested/]],
    [{ ask: 'limit', tested: '40', deviations: '1', limitConfidence: '95' }, [/<b>2\.5 %<\/b>/, /<b>11\.4 %<\/b>/, /Clopper-Pearson/]],
    [{ ask: 'limit', tested: '25', deviations: '1', limitConfidence: '95', limitPopulation: '100' }, [/<b>15\.0 %<\/b>/, /15 of 100 is the largest number/]],
  ]
  for (const [query, said] of asked) {
    const { status, body } = await ask(query)
    t.equal(status, 200, JSON.stringify(query))
    for (const words of said) t.match(body, words)
  }
})

t.test('what cannot be answered is refused in words, and what was typed is kept', async (t) => {
  const size = { ask: 'attributes', confidence: '95', tolerable: '10', expected: '0' }
  const limit = { ask: 'limit', tested: '40', deviations: '1', limitConfidence: '95' }
  const asked: readonly [Record<string, string>, RegExp][] = [
    [{ ...size, expected: '10' }, /expected rate of 10 % is not below the tolerable rate of 10 %/], [{ ...size, tolerable: '5', expected: '4.9' }, /No sample of up to 5,000 items/],
    [{ ...size, confidence: '100' }, /confidence is a percentage/], [{ ...size, tolerable: 'x' }, /tolerable rate is a percentage/], [{ ...size, expected: '-1' }, /expected rate is a percentage/],
    [{ ...size, population: '0' }, /A population is a whole number/], [{ ...size, population: '1.5' }, /A population/], [{ ask: 'attributes' }, /Enter the tolerable rate/],
    [{ ...limit, deviations: '41' }, /41 deviations cannot be among 40 items/], [{ ...limit, limitPopulation: '39' }, /cannot come from a population of 39/], [{ ...limit, tested: '5001' }, /from 1 to 5,000/],
    [{ ask: 'policy', frequency: 'hourly', risk: 'low' }, /Choose how often/], [{ ask: 'policy', frequency: 'daily', risk: 'none' }, /Choose the risk/], [{ ask: 'policy', frequency: 'daily', risk: 'low', occurrences: '"><b>' }, /A population/],
  ]
  for (const [query, said] of asked) {
    const { status, body } = await ask(query)
    t.equal(status, 422, JSON.stringify(query))
    t.match(body, said)
    t.notMatch(body, /<dl class="pairs">/, 'no figure beside a refusal')
  }
  t.match((await ask({ ...size, confidence: '97.5', expected: '99' })).body, /value="97\.5"/)
})

t.test('the firm’s people reach it from the populations; the client’s and strangers do not', async (t) => {
  t.match((await ours.staff.get(`${ours.base}/populations`)).body, `href="${path}"`)
  for (const key of ['partner', 'reviewer', 'manager', 'senior', 'staff'] as const) t.equal((await ours[key].get(path)).status, 200, key)
  for (const key of ['lead', 'owner'] as const) t.equal((await ours[key].get(path)).status, 403, key)
  t.equal((await outsiders.manager.get(path)).status, 404)
  t.equal((await ask({ ask: 'nothing' })).status, 200)
})
