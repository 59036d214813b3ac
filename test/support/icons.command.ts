import { drawSprite } from './sprite.ts'

process.stdout.write(drawSprite())
