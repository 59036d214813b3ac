const header = 'change_id,deployed_at,repository,author,approver,title,change_type,pipeline_run'
const repositories = ['ledger', 'cards', 'portal', 'payouts', 'risk-engine', 'settlement']
const piece = 5000
const year = 365 * 86_400_000

/** The cells of change number `index` (from 0) of `rows` spread evenly over the period of a year. */
export function changeCells(index: number, rows: number): string[] {
  const at = new Date(Date.UTC(2025, 9, 1, 4) + Math.floor(year * index / rows)).toISOString().slice(0, 19)
  return [
    `CHG-${String(1_000_001 + index)}`, `${at}Z`, repositories[index % repositories.length]!, `dev${String(index % 97)}@client.example`, `lead${String(index % 13)}@client.example`,
    index % 10 === 3 ? `Raise limit, "card" step ${String(index % 500)}` : `Fix rounding of fee ${String(index % 500)}`, index % 140 === 0 ? 'emergency' : 'normal', String(880_000 + index),
  ]
}

/** A CSV list of so many production changes, in pieces. */
export function* changeList(rows: number): Generator<string> {
  yield `${header}\n`
  for (let from = 0; from < rows; from += piece) {
    let text = ''
    for (let index = from; index < Math.min(rows, from + piece); index++) text += `${changeCells(index, rows).map(cell).join(',')}\n`
    yield text
  }
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
