/** Any failure; `code` is the name of a status: "REMIT_STALE". A denial is none: it is an answer. */
export class RemitError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'RemitError';
    this.code = code;
  }
}

/** The text of a policy has errors. */
export class PolicyError extends RemitError {
  constructor(message, diagnostics, report) {
    super('REMIT_BAD_POLICY', message);
    this.name = 'PolicyError';
    this.diagnostics = diagnostics;
    this.report = report;
  }
}
