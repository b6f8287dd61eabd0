// Which test a place is in, told from the outline that the server gives. Knows nothing of the editor.

export interface Outline {
  name: string;
  detail?: string;
  range: { start: { line: number }; end: { line: number } };
}

export function testAt(outline: Outline[] | null, line: number): string | undefined {
  return outline?.find((o) => o.detail === "test" && o.range.start.line <= line && line <= o.range.end.line)?.name;
}
