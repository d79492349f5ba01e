// Refuses templates with constructs that a policy cannot express, with their line.

import { InjectError } from '../lib/model/index.ts'

/** A place in a template. */
export interface TemplatePosition {
  readonly template: string
  readonly text: string
  /** UTF-16 offset in the text. */
  readonly offset: number
}

/**
 * The error for a construct that a policy cannot express.
 * @example throw refuse('`range` over a map', { template: 'sidecar', text, offset: node.pos })
 */
export function refuse(what: string, { template, text, offset }: TemplatePosition): InjectError {
  const before = text.slice(0, offset).split('\n')
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1]
  const at = { file: `<template ${template}>`, line, column, lineText: text.split('\n')[line - 1] ?? '', length: 1 }
  return new InjectError({
    code: 'policy-export-refused',
    message: `a MutatingAdmissionPolicy cannot express it: ${what}`,
    hint: 'rewrite it, or inject these pods by rendering only; docs/policies.md lists what a policy can express',
    at: { ...at, inside: { text: 'template', name: template, line, column } },
  })
}
