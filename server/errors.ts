/** The thing does not exist, or this person may not know that it does. Answered with 404. */
export class NotFound extends Error {
  constructor(message = 'Nothing here, or nothing that you may see.') {
    super(message)
    this.name = 'NotFound'
  }
}

/** The person may see the thing but not do this to it. Answered with 403. */
export class Forbidden extends Error {
  constructor(message = 'Your role does not allow this.') {
    super(message)
    this.name = 'Forbidden'
  }
}

/** A rule says no in the present state; the message tells which rule and what to do. Answered with 409. */
export class Refused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
}

/** What was typed cannot be taken; one sentence for each field by its form name. Answered with 422. */
export class Invalid extends Error {
  readonly fields: Readonly<Record<string, string>>

  constructor(fields: Record<string, string>) {
    super(Object.values(fields).join(' '))
    this.name = 'Invalid'
    this.fields = fields
  }
}
