import t from 'tap'
import { excerpt, mark, textQuery, wordsOf } from '../../server/search/rules.ts'
import { naughty } from '../support/samples.ts'

t.test('a query is its words, once each, in lower case', async (t) => {
  t.strictSame(wordsOf('  Access  REVIEW access\n'), ['access', 'review'])
  t.strictSame(wordsOf(' '), [])
  t.equal(wordsOf('a b c d e f g h i j').length, 8)
})

t.test('what people type never becomes an operator of the database', async (t) => {
  t.equal(textQuery(["o'brien:*", '&|!', 'OPS-4471']), "'obrien:':* & 'OPS-4471':*")
  t.equal(textQuery(['&', '"']), null)
  for (const text of naughty) t.match(textQuery(wordsOf(text)) ?? "'a':*", /^'[^'\\]+':\*( & '[^'\\]+':\*)*$/)
})

t.test('the pieces of a marked text are the text, and what is marked is a searched word', async (t) => {
  for (const text of ['Access review of Q2, reviewer on leave', '', ...naughty]) {
    for (const words of [['review'], ['review', 'reviewer'], ['.', '*', '('], wordsOf(text)]) {
      const pieces = mark(text, words)
      t.equal(pieces.map((piece) => piece.text).join(''), text)
      for (const { text: piece } of pieces.filter(({ found }) => found)) t.ok(words.some((word) => word.toLowerCase() === piece.toLowerCase()), piece)
    }
  }
  t.strictSame(mark('A reviewer', ['review', 'reviewer']), [{ text: 'A ', found: false }, { text: 'reviewer', found: true }], 'the longest word wins')
})

t.test('an excerpt holds the first word found, is short, and says where it was cut', async (t) => {
  const text = `${'before '.repeat(100)}needle${' after'.repeat(100)}`
  const cut = excerpt(text, ['needle'])
  t.match(cut, /^… before .*needle after.* …$/)
  t.ok(cut.length < 320, `${cut.length} characters`)
  t.equal(excerpt('short\n text', ['nothing']), 'short text')
  t.match(excerpt('x'.repeat(5000), ['x']), /^x+ …$/)
})
