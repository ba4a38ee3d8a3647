export { type Body, type FieldValidation, readBody } from './body.ts'
export { type ContentNegotiation, createContent } from './negotiate.ts'
