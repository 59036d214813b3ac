import type { DrawMethod, StepGround } from '../database/schema/populations.ts'
import { Invalid, Refused } from '../errors.ts'
import { counted, figure } from '../sheets/table.ts'

/** Why one item may stand for another; each is verified first. */
export const replacementGrounds = {
  void: 'The item is void or was cancelled',
  duplicate: 'The item is there twice',
  out_of_scope: 'The item is out of scope',
  not_applied: 'The control did not apply to it',
} as const satisfies Partial<Record<StepGround, string>>

/** What people give as a reason for another item and what is none: evidence that is missing is a finding about the item. */
export const refusedGrounds = { unavailable: 'Its evidence is lost or cannot be had' } as const

export const extensionGrounds = {
  deviation: 'A deviation whose cause looks isolated',
  other: 'Another reason',
} as const satisfies Partial<Record<StepGround, string>>

export type ReplacementGround = keyof typeof replacementGrounds
export type ExtensionGround = keyof typeof extensionGrounds

/** Why an item is replaced; throws Refused for missing evidence, which counts as a deviation unless another procedure shows the control ran. */
export function readReplacementGround(ground: string): ReplacementGround {
  if (ground in refusedGrounds) throw new Refused('Missing evidence is no reason for another item. Without an alternative procedure the item counts as a deviation.')
  if (!(ground in replacementGrounds)) throw new Invalid({ stands: 'Choose why the item is replaced.' })
  return ground as ReplacementGround
}

/** Throws where the order of the draw does not tell which items come next, or too few are left. */
export function refuseExtension(method: DrawMethod, size: number, used: number, populationSize: number): void {
  if (method !== 'random') throw new Refused(method === 'all' ? 'Every item is in the sample already.' : 'Only a simple random draw has one order in which further items follow. Order a second draw for this test instead.')
  if (!Number.isInteger(size) || size < 1) throw new Invalid({ size: 'Say how many further items, as a whole number.' })
  const left = populationSize - used
  if (size > left) throw new Invalid({ size: `${counted(size, 'further item')} cannot be taken: of ${figure(populationSize)}, ${figure(used)} are drawn already and ${figure(left)} are left.` })
}

/** Throws where no other item can stand for this one. */
export function refuseReplacement(method: DrawMethod, used: number, populationSize: number): void {
  if (method === 'all') throw new Refused('Every item is in the sample, so none is left to stand for this one. Mark the attributes as not applicable and say why.')
  if (method === 'haphazard' || method === 'targeted') throw new Refused('These items were picked by the auditor, so no order says which one comes next. Order a second draw for this test instead.')
  if (used >= populationSize) throw new Refused(`All ${figure(populationSize)} items are drawn already, so none is left to stand for this one.`)
}
