import t from 'tap'
import { z } from 'zod'
import { Invalid } from '../../server/errors.ts'
import { formState, readForm, several, ticked } from '../../server/web/form.ts'

const schema = z.object({
  ask: z.string('Enter what you ask for').max(10, 'Use at most 10 characters'),
  why: z.string().optional(),
  size: z.coerce.number('Enter a number').int().optional(),
  controls: several(z.string()),
  urgent: ticked(),
})

t.test('texts are trimmed, empty fields are missing, repeated fields are lists', async (t) => {
  t.strictSame(readForm(schema, { ask: '  logs ', why: '   ', size: '12', controls: 'AC-01', urgent: 'on', extra: 'x' }),
    { ask: 'logs', size: 12, controls: ['AC-01'], urgent: true })
  t.strictSame(readForm(schema, { ask: 'a\r\nb', controls: ['AC-01', '', 'AC-02'] }), { ask: 'a\nb', controls: ['AC-01', 'AC-02'], urgent: false })
  t.strictSame(readForm(z.object({ a: z.string().optional() }), undefined), {})
})

t.test('a NUL that came along with a paste is dropped', async (t) => {
  t.strictSame(readForm(z.object({ title: z.string(), tags: z.array(z.string()) }), { title: '\0a\0b ', tags: ['\0', 'x\0'] }), { title: 'ab', tags: ['x'] })
})

t.test('what is wrong is said once for each field, in the words of the schema', async (t) => {
  t.strictSame(refusal({ ask: ' ', size: 'many' }), { ask: 'Enter what you ask for', size: 'Enter a number' })
  t.strictSame(refusal({ ask: 'longer than ten' }), { ask: 'Use at most 10 characters' })
  t.strictSame(refusal({ ask: ['a', 'b'] }), { ask: 'Enter what you ask for' }, 'a field that came twice is not a text')
})

t.test('names that would reach into objects are refused, in whatever shape the body comes', async (t) => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    t.match(refusal(JSON.parse(`{"ask":"a","${name}":"x"}`)), { form: /could not be read/ }, name)
    t.strictSame(Object.keys(formState(JSON.parse(`{"${name}":"x"}`)).values), [])
  }
  for (const body of ['text', 12, ['a'], true]) t.match(refusal(body), { form: /could not be read/ })
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

t.test('a refused form keeps what was typed and lists what is wrong', async (t) => {
  const body = { ask: ' longer than ten', controls: ['AC-01', 'AC-02'] }
  const state = formState(body, new Invalid({ ask: 'Use at most 10 characters' }))
  t.strictSame(state, {
    values: { ask: ' longer than ten', controls: ['AC-01', 'AC-02'] },
    errors: { ask: 'Use at most 10 characters' },
    summary: [{ field: 'ask', message: 'Use at most 10 characters' }],
  })
  t.strictSame(formState(), { values: {}, errors: {}, summary: [] })
  t.strictSame(formState({ due: null, size: 3 }).values, { size: '3' }, 'values of a record serve as well')
})

function refusal(body: unknown): Readonly<Record<string, string>> {
  try {
    readForm(schema, body)
  } catch (error) {
    if (error instanceof Invalid) return error.fields
    throw error
  }
  throw new Error('nothing was refused')
}
