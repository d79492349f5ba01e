// The program as a script: node starts here. What it does is in program.ts.

import process from 'node:process'
import { start } from './program.ts'

start(process.argv.slice(2))
