// `node scripts/build-snapshot.ts FILE`: the program that Node makes a start-up snapshot of, for the container image (Dockerfile): node --build-snapshot FILE.

import process from 'node:process'
import { bundleSnapshot } from './bundle.ts'

const [outfile] = process.argv.slice(2)
if (outfile === undefined) throw new Error('usage: node scripts/build-snapshot.ts FILE')
bundleSnapshot(outfile)
