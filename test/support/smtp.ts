import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export type ReceivedMail = { readonly to: readonly string[], readonly source: string }
export type MailServer = { readonly url: string, readonly received: ReceivedMail[], refuse: number, dropAfterData: number, unknown: number, denied: number }

type Test = { teardown(work: () => unknown): void }

/** A mail server that speaks just enough SMTP (RFC 5321) to take mail; it can refuse for now, for good (a recipient it does not know, a sender it denies), or take a mail and lose its own answer. */
export async function startMailServer(t: Test): Promise<MailServer> {
  const mailServer: MailServer & { url: string } = { url: '', received: [], refuse: 0, dropAfterData: 0, unknown: 0, denied: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket, mailServer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  mailServer.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return mailServer
}

function serve(socket: Socket, mailServer: MailServer): void {
  let pending = ''
  let to: string[] = []
  let inData = false
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 test mail server')
  socket.setEncoding('utf8').on('data', (text: string) => {
    pending += text
    for (;;) {
      const end = pending.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const part = pending.slice(0, end)
      pending = pending.slice(end + (inData ? 5 : 2))
      if (inData) {
        inData = false
        mailServer.received.push({ to, source: part })
        to = []
        if (mailServer.dropAfterData > 0) {
          mailServer.dropAfterData--
          socket.destroy()
          return
        }
        say('250 taken')
      } else if (/^EHLO|^HELO/i.test(part)) say('250 hello')
      else if (/^MAIL/i.test(part)) {
        if (mailServer.refuse > 0) {
          mailServer.refuse--
          say('451 try again later')
        } else if (mailServer.denied > 0) {
          mailServer.denied--
          say('550 sender denied')
        } else say('250 ok')
      } else if (/^RCPT TO:<(.*)>/i.test(part)) {
        if (mailServer.unknown > 0) {
          mailServer.unknown--
          say('550 5.1.1 no such mailbox here')
        } else {
          to.push(/<(.*)>/.exec(part)![1]!)
          say('250 ok')
        }
      } else if (/^DATA/i.test(part)) {
        inData = true
        say('354 go on')
      } else if (/^QUIT/i.test(part)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  })
}
