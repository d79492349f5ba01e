// The entry point of the program as a script; program.ts has the rest.

import process from 'node:process'
import { start } from './program.ts'

start(process.argv.slice(2))
