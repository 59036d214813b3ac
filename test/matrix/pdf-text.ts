import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

type Item = { str: string, x: number, y: number }

/** The pieces of text of each page where they stand, read by another program than the one that wrote them. */
export async function pageTexts(bytes: Buffer): Promise<{ items: Item[] }[]> {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 })
  const document = await task.promise
  const pages: { items: Item[] }[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent()
    pages.push({ items: items.flatMap((item) => ('str' in item ? [{ str: item.str, x: item.transform[4] as number, y: item.transform[5] as number }] : [])) })
  }
  await task.destroy()
  return pages
}

/** The rows of the tables that have results, from where their words stand: what is in the first column and in the last. */
export function controlRows(pages: readonly { items: Item[] }[]): { control: string, results: string }[] {
  return pages.flatMap(({ items }) => {
    const heads = items.filter(({ str }) => str === 'Results of tests')
    return heads.flatMap(({ x: right, y: top }, place) => {
      const bottom = heads[place + 1]?.y ?? 45
      const own = items.filter(({ y }) => y < top - 5 && y > bottom)
      const left = items.find(({ str, y }) => str.startsWith('Control #') && Math.abs(y - top) < 1)!.x
      const starts = own.filter(({ str, x }) => Math.abs(x - left) < 2 && /^[A-Z]+-\d+$/.test(str))
      return starts.map(({ str, y }, row) => {
        const end = starts[row + 1]?.y ?? bottom
        const results = own.filter((one) => one.x >= right - 1 && one.y <= y + 1 && one.y > end + 1).map((one) => one.str).join(' ')
        return { control: str, results: results.replaceAll(/\s+/g, ' ').trim() }
      })
    })
  })
}
