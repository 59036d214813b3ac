import { randomBytes } from 'node:crypto'
import t from 'tap'
import { networkOf } from '../../server/web/network.ts'

t.test('an IPv4 address stands for itself, in IPv6 dress too', async (t) => {
  t.equal(networkOf('203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('command line'), 'command line', 'what is no address stays as it is')
})

t.test('every address of one IPv6 line counts as the same', async (t) => {
  for (let round = 0; round < 200; round += 1) {
    const groups = randomBytes(8).toString('hex').match(/.{4}/g)!.join(':')
    t.equal(networkOf(`2001:db8:0:7:${groups}`), '2001:db8:0:7::/64', groups)
  }
  t.equal(networkOf('2001:db8:0:7::1'), '2001:db8:0:7::/64')
  t.equal(networkOf('2001:DB8:0000:0007::'), '2001:db8:0:7::/64')
  t.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  t.equal(networkOf('::1'), '0:0:0:0::/64')
  t.not(networkOf('2001:db8:0:8::1'), networkOf('2001:db8:0:7::1'))
})
