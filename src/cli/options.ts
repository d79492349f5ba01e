// Options that several commands share.

import { Option } from 'commander'
import { FORMATS, type Format } from './report/index.ts'

export interface FunctionConfigOption {
  readonly functionConfig?: string
}

export interface OutputOption {
  readonly output: Format
}

export const PATHS = 'manifests, folders of manifests, or - for standard input'

export function functionConfigOption(): Option {
  const otherwise = 'default: inject-sidecars.yaml of the working directory; without one: as Istio would'
  return new Option('-f, --function-config <file>', `what to inject: a SidecarInjector or a ConfigMap (${otherwise})`)
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'format of the report').choices(Object.keys(FORMATS)).default('text')
}
