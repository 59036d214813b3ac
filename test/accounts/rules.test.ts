import t from 'tap'
import { Forbidden } from '../../server/errors.ts'
import { browserName, mayHandleRank, oneLine, refuseRemoval } from '../../server/accounts/rules.ts'

const ranks = ['partner', 'manager', 'senior', 'staff', null] as const

t.test('nobody handles a rank above their own', async (t) => {
  for (const by of ranks) {
    for (const rank of ranks) {
      const may = by === 'partner' || (by === 'manager' && rank !== 'partner')
      t.equal(mayHandleRank(by, rank), may, `${by} handles ${rank}`)
      const removal = () => refuseRemoval({ id: 'a', rank: by }, { id: 'b', rank })
      if (may) t.doesNotThrow(removal)
      else t.throws(removal, Forbidden)
    }
    t.throws(() => refuseRemoval({ id: 'a', rank: by }, { id: 'a', rank: by }), Forbidden, 'nobody removes themselves')
  }
})

t.test('a name is one line without hidden characters', async (t) => {
  t.equal(oneLine('Eve\r\nBcc: all@everywhere.example'), 'Eve Bcc: all@everywhere.example')
  t.equal(oneLine('  Ana\u2028\u0000 Mar\u202Eia\u200B '), 'Ana Maria')
  t.equal(oneLine('Zoë O’Neil-García'), 'Zoë O’Neil-García')
})

t.test('a browser is named as people would', async (t) => {
  t.equal(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox on Linux')
  t.equal(browserName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0'), 'Edge on Windows')
  t.equal(browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1'), 'Safari on iPhone')
  t.equal(browserName(''), 'A browser')
})
