import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { idIn, isId } from '../../server/web/address.ts'

const id = '7f3a1c9e-0000-4000-8000-abcdefabcdef'

t.test('only an id is taken for an id', async (t) => {
  t.ok(isId(id))
  for (const text of [undefined, '', 'end', '7f3a', "7f3a1c9e-0000-4000-8000-abcdefabcde'", '7F3A1C9E-0000-4000-8000-ABCDEFABCDEF']) t.notOk(isId(text))
})

t.test('an address without an id is of nothing', async (t) => {
  const at = (person: string) => ({ params: { person } }) as unknown as FastifyRequest
  t.equal(idIn(at(id), 'person'), id)
  t.throws(() => idIn(at('end'), 'person', 'Nobody here.'), { name: 'NotFound', message: 'Nobody here.' })
  t.throws(() => idIn(at(id), 'file'), { name: 'NotFound', message: 'Nothing here, or nothing that you may see.' })
})
