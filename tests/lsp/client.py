"""A whole session with `remit lsp`, by the LSP client of pygls: every answer is read into lsprotocol's types, which refuse what the protocol
does not know. usage: client.py REMIT WORK"""

import asyncio
import pathlib
import shutil
import sys

from lsprotocol import types as t
from pygls.lsp.client import LanguageClient

REMIT, WORK = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()

PARTS = """enum currency { eur, usd }
role analyst
role responder includes analyst
tool crm.lookup(customer: string) read, trust first_party, gives confidential, about "finds a customer"
tool pay.refund(order: string, amount: decimal(2) min 0.00, unit: currency default eur, note: string optional)
    write, trust vetted
"""
POLICY = """policy acme.desk

use "parts.remit"
use std.mcp

// \u00fc\U0001f600 wide letters stand before names
fact order(id: string) { paid: decimal(2) } fresh 60s
allow responder to crm.*, pay.refund when session.tier >= stage
block pay.refund when args.amount > order(args.order).paid because "\U0001f600 more than was paid"
risk large +25 for pay.* when args.amount > 250.00
risk cash +30 for write
lane medium when risk >= 40
lane high when risk >= 90
mark paid_out for pay.refund
ask owner for pay.refund when state.paid_out and risk >= 50 within 1h

test "small refunds pass" {
  session { role responder, tier prod }
  fact    order("A-1") { paid: 400.00 }
  call    pay.refund(order: "A-1", amount: 3.00) data internal
  expect  allow, risk 30
}
test "this one fails" {
  session { role responder, tier prod }
  call    crm.lookup(customer: "C")
  expect  deny
}
"""


class Session:
    """One server, one workspace, and what it published."""

    def __init__(self):
        self.client = LanguageClient("remit-test", "1")
        self.published = {}
        self.heard = asyncio.Event()
        self.version = 1

        @self.client.feature(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: t.PublishDiagnosticsParams):
            self.published[params.uri] = params
            self.heard.set()

        @self.client.feature(t.CLIENT_REGISTER_CAPABILITY)
        def _(params: t.RegistrationParams):
            return None

        @self.client.feature(t.WORKSPACE_CODE_LENS_REFRESH)
        def _(*_):
            return None

    def uri(self, name):
        return (WORK / name).as_uri()

    def doc(self, name="desk.remit"):
        return t.TextDocumentIdentifier(self.uri(name))

    def at(self, name, needle, shift=0):
        """The place `shift` letters into the first `needle` of a file, in UTF-16 units."""
        text = self.texts[name]
        before = text[: text.index(needle) + shift]
        line = before.count("\n")
        column = len(before.rsplit("\n", 1)[-1].encode("utf-16-le")) // 2
        return t.Position(line, column)

    def spot(self, kind, needle, shift=1, name="desk.remit", **more):
        return kind(text_document=self.doc(name), position=self.at(name, needle, shift), **more)

    async def start(self, encodings=None):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        self.texts = {"desk.remit": POLICY, "parts.remit": PARTS}
        for name, text in self.texts.items():
            (WORK / name).write_text(text, encoding="utf-8")
        await self.client.start_io(str(REMIT), "lsp")
        capabilities = t.ClientCapabilities(
            general=t.GeneralClientCapabilities(position_encodings=encodings),
            text_document=t.TextDocumentClientCapabilities(
                completion=t.CompletionClientCapabilities(completion_item=t.ClientCompletionItemOptions(snippet_support=True))
            ),
            workspace=t.WorkspaceClientCapabilities(
                code_lens=t.CodeLensWorkspaceClientCapabilities(refresh_support=True),
                did_change_watched_files=t.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
            ),
        )
        done = await self.client.initialize_async(
            t.InitializeParams(
                capabilities=capabilities, process_id=None, workspace_folders=[t.WorkspaceFolder(WORK.as_uri(), "work")]
            )
        )
        self.client.initialized(t.InitializedParams())
        return done

    def open(self, name):
        item = t.TextDocumentItem(self.uri(name), "remit", self.version, self.texts[name])
        self.client.text_document_did_open(t.DidOpenTextDocumentParams(item))

    def change(self, name, old, new):
        """Replaces a part of an open document, as typing does."""
        begin = self.at(name, old)
        end = self.at(name, old, len(old))
        self.texts[name] = self.texts[name].replace(old, new, 1)
        self.version += 1
        self.client.text_document_did_change(
            t.DidChangeTextDocumentParams(
                t.VersionedTextDocumentIdentifier(self.version, self.uri(name)),
                [t.TextDocumentContentChangePartial(range=t.Range(begin, end), text=new)],
            )
        )

    async def diagnostics(self, name, version=None):
        """Those of the file, once they are of its latest version."""
        wanted = version or self.version
        while True:
            have = self.published.get(self.uri(name))
            if have and (have.version is None or have.version >= wanted):
                return list(have.diagnostics)
            self.heard.clear()
            await asyncio.wait_for(self.heard.wait(), 20)

    async def stop(self):
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await asyncio.wait_for(self.client._server.wait(), 20)
        code = self.client._server.returncode
        await self.client.stop()
        return code


def labels(completion):
    return [item.label for item in completion.items]


async def diagnostics_follow_typing(s):
    s.open("desk.remit")
    assert await s.diagnostics("desk.remit") == [], s.published
    s.change("desk.remit", "args.amount > 250.00", "args.amont > 250.00")
    (found,) = await s.diagnostics("desk.remit")
    assert found.code == "R0201" and "amont" in found.message, found
    assert found.range.start == s.at("desk.remit", "args.amont")
    # The repair that the message offers.
    actions = await s.client.text_document_code_action_async(
        t.CodeActionParams(s.doc(), found.range, t.CodeActionContext([found]))
    )
    fix = next(a for a in actions if a.title == "change to `amount`")
    (edit,) = fix.edit.changes[s.uri("desk.remit")]
    assert edit.new_text == "amount" and edit.range.start == s.at("desk.remit", "amont"), edit
    s.change("desk.remit", "amont", "amount")
    assert await s.diagnostics("desk.remit") == []
    # A place behind letters of two units.
    s.change("desk.remit", '"\U0001f600 more than was paid"', '"\U0001f600 more" unles')
    (found,) = await s.diagnostics("desk.remit")
    assert found.range.start == s.at("desk.remit", "unles"), found.range
    s.change("desk.remit", '"\U0001f600 more" unles', '"\U0001f600 more than was paid"')
    assert await s.diagnostics("desk.remit") == []


async def files_that_use_the_edited_one(s):
    s.version += 1
    s.open("parts.remit")
    assert await s.diagnostics("parts.remit") == []
    s.published.pop(s.uri("desk.remit"))
    s.change("parts.remit", "pay.refund", "pay.back")
    while not (await s.diagnostics("desk.remit", 1)):
        s.published.pop(s.uri("desk.remit"))
    assert any("pay.refund" in d.message for d in s.published[s.uri("desk.remit")].diagnostics)
    s.change("parts.remit", "pay.back", "pay.refund")
    await s.diagnostics("parts.remit")
    while await s.diagnostics("desk.remit", 1):
        s.published.pop(s.uri("desk.remit"))


async def hover_tells_what_names_are(s):
    async def text(needle, shift=1):
        found = await s.client.text_document_hover_async(s.spot(t.HoverParams, needle, shift))
        return found.contents.value

    assert "amount: decimal(2) min 0.00" in await text("args.amount >", 6)
    assert "2 tools" not in await text("pay.*") and "`pay.refund`" in await text("pay.*")
    assert "dev < **stage** < prod" in await text("stage")
    assert "includes analyst" in await text("responder")
    assert "fact order" in await text("order(args")
    assert "covers" in await text("block pay") and "sha256:" in await text("block pay")
    assert "session.tier: tier" in await text("session.tier", 10)
    assert await s.client.text_document_hover_async(s.spot(t.HoverParams, "// ", 1)) is None


async def completion_by_context(s):
    async def offered(line):
        marker = 'test "small'
        s.change("desk.remit", marker, line + "\n" + marker)
        place = s.at("desk.remit", line + "\n" + marker, len(line))
        found = await s.client.text_document_completion_async(t.CompletionParams(s.doc(), place))
        s.change("desk.remit", line + "\n" + marker, marker)
        return found

    assert {"allow", "block", "risk", "tool", "test"} <= set(labels(await offered("")))
    assert labels(await offered("block pay.refund when args."))[:4] == ["amount", "note", "order", "unit"]
    assert labels(await offered("block pay.refund when args.unit == ")) == ["eur", "usd"]
    assert {"tier", "roles", "tenant"} <= set(labels(await offered("block pay.refund when session.")))
    assert labels(await offered("block pay.refund when data >= "))[:4] == ["public", "internal", "confidential", "restricted"]
    assert "paid_out" in labels(await offered("block pay.refund when state."))
    assert {"paid"} == set(labels(await offered("block pay.refund when order(args.order).")))
    assert {"crm.lookup", "pay.refund", "read", "write"} <= set(labels(await offered("risk x +1 for ")))
    assert {"analyst", "responder", "anyone"} == set(labels(await offered("allow ")))
    assert {"analyst", "owner"} <= set(labels(await offered("ask ")))
    assert "std.mcp" in labels(await offered("use "))
    assert {"low", "medium", "high"} == set(labels(await offered("lane ")))
    assert labels(await offered("block pay.refund when has args.no")) == ["note"]
    assert "include" not in " ".join(labels(await offered("// allow ")) if await offered("// allow ") else [])
    found = await offered("risk x +1 for pay.ref")
    (item,) = [i for i in found.items if i.label == "pay.refund"]
    assert item.text_edit.new_text == "pay.refund"
    width = item.text_edit.range.end.character - item.text_edit.range.start.character
    assert width == len("pay.ref"), item.text_edit
    s.change("desk.remit", 'call    crm.lookup(customer: "C")', "call   pay.refund(")
    place = s.at("desk.remit", "call   pay.refund(", 18)
    help_ = await s.client.text_document_signature_help_async(t.SignatureHelpParams(s.doc(), place))
    assert help_.signatures[0].label.startswith("pay.refund(order: string, amount: decimal(2)"), help_
    assert help_.active_parameter == 0
    s.change("desk.remit", "call   pay.refund(", 'call    crm.lookup(customer: "C")')


async def navigation_across_files(s):
    (place,) = await s.client.text_document_definition_async(s.spot(t.DefinitionParams, "pay.refund when"))
    assert place.uri == s.uri("parts.remit") and place.range.start == s.at("parts.remit", "pay.refund")
    found = await s.client.text_document_references_async(
        s.spot(t.ReferenceParams, "pay.refund when", context=t.ReferenceContext(include_declaration=True))
    )
    by_file = [p.uri for p in found]
    assert by_file.count(s.uri("parts.remit")) == 1 and by_file.count(s.uri("desk.remit")) == 5, by_file
    marked = await s.client.text_document_document_highlight_async(s.spot(t.DocumentHighlightParams, "paid_out for"))
    assert len(marked) == 2
    (place,) = await s.client.text_document_definition_async(s.spot(t.DefinitionParams, '"parts.remit"'))
    assert place.uri == s.uri("parts.remit")
    (place,) = await s.client.text_document_definition_async(s.spot(t.DefinitionParams, "std.mcp"))
    assert place.uri == "remit-std:/std.mcp"
    links = await s.client.text_document_document_link_async(t.DocumentLinkParams(s.doc()))
    assert [link.target for link in links] == [s.uri("parts.remit"), "remit-std:/std.mcp"]
    module = await s.client.protocol.send_request_async("remit/moduleText", {"uri": "remit-std:/std.mcp"})
    assert "mcp_destructive" in module


async def renaming(s):
    ready = await s.client.text_document_prepare_rename_async(s.spot(t.PrepareRenameParams, "responder to"))
    assert ready.placeholder == "responder"
    edit = await s.client.text_document_rename_async(s.spot(t.RenameParams, "responder to", new_name="desk"))
    assert {uri: len(e) for uri, e in edit.changes.items()} == {s.uri("parts.remit"): 1, s.uri("desk.remit"): 3}
    for needle, name in (("session.tier", "x"), ("responder to", "and"), ("responder to", "analyst"), ("std.mcp", "x"), ("stage", "x")):
        try:
            await s.client.text_document_rename_async(s.spot(t.RenameParams, needle, new_name=name))
        except Exception as refused:  # pylint: disable=broad-except
            assert getattr(refused, "code", None) == -32803, repr(refused)
            continue
        raise AssertionError(f"{needle} was renamed to {name}")


async def structure(s):
    outline = await s.client.text_document_document_symbol_async(t.DocumentSymbolParams(s.doc()))
    assert outline[0].name == "acme.desk" and any(o.detail == "test" for o in outline)
    found = await s.client.workspace_symbol_async(t.WorkspaceSymbolParams("refund"))
    assert any(f.name == "pay.refund" and f.location.uri == s.uri("parts.remit") for f in found)
    folds = await s.client.text_document_folding_range_async(t.FoldingRangeParams(s.doc()))
    tests = s.at("desk.remit", 'test "small').line
    assert any(f.start_line == tests and f.end_line == tests + 5 for f in folds), folds
    place = s.at("desk.remit", "args.amount >", 6)
    (grown,) = await s.client.text_document_selection_range_async(t.SelectionRangeParams(s.doc(), [place]))
    widths = []
    while grown:
        widths.append((grown.range.end.line - grown.range.start.line, grown.range.end.character - grown.range.start.character))
        grown = grown.parent
    assert len(widths) >= 4 and widths[0] == (0, len("amount")), widths


async def layout(s):
    s.change("desk.remit", "risk cash +30 for write", "risk   cash +30   for write")
    options = t.FormattingOptions(tab_size=4, insert_spaces=True)
    (edit,) = await s.client.text_document_formatting_async(t.DocumentFormattingParams(s.doc(), options))
    assert "risk cash" in edit.new_text and "policy" not in edit.new_text, edit
    s.change("desk.remit", "risk   cash +30   for write", "risk cash +30 for write")


async def colours(s):
    tokens = await s.client.text_document_semantic_tokens_full_async(t.SemanticTokensParams(s.doc()))
    legend = s.capabilities.semantic_tokens_provider.legend.token_types
    lines, line, column, seen = s.texts["desk.remit"].split("\n"), 0, 0, {}
    for i in range(0, len(tokens.data), 5):
        down, right, length, kind, _ = tokens.data[i : i + 5]
        line, column = line + down, right if down else column + right
        raw = lines[line].encode("utf-16-le")
        seen.setdefault(raw[2 * column : 2 * (column + length)].decode("utf-16-le"), legend[kind])
    assert seen["pay.refund"] == "function" and seen["responder"] == "class" and seen["stage"] == "enumMember", seen
    assert seen["block"] == "keyword" and seen["250.00"] == "number" and seen["amount"] == "parameter"
    part = t.Range(t.Position(8, 0), t.Position(9, 0))
    some = await s.client.text_document_semantic_tokens_range_async(t.SemanticTokensRangeParams(s.doc(), part))
    assert 0 < len(some.data) < len(tokens.data)


async def hints(s):
    whole = t.Range(t.Position(0, 0), t.Position(1000, 0))
    found = await s.client.text_document_inlay_hint_async(t.InlayHintParams(s.doc(), whole))
    text = [h.label for h in found]
    assert "1 tool" in text and "of at most 55" in text and "never: at most 55" in text and ", unit: eur" in text, text
    assert "1 of 2 tools can, up to 55" in text, text


async def tests_from_the_editor(s):
    lenses = await s.client.text_document_code_lens_async(t.CodeLensParams(s.doc()))
    titles = [lens.command.title for lens in lenses]
    assert titles.count("run test") == 2 and "run 2 tests" in titles and any(x.startswith("sha256:") for x in titles), titles
    run = next(lens.command for lens in lenses if lens.command.title == "run 2 tests")
    done = await s.client.workspace_execute_command_async(t.ExecuteCommandParams(run.command, run.arguments))
    done = done if isinstance(done, dict) else done._asdict() if hasattr(done, "_asdict") else vars(done)
    assert done["passed"] == 1 and done["failed"] == 1, done
    lenses = await s.client.text_document_code_lens_async(t.CodeLensParams(s.doc()))
    titles = [lens.command.title for lens in lenses]
    assert "passed: run again" in titles and "failed: run again" in titles and any("spoke in 1 of 2" in x for x in titles), titles
    while not any(d.source == "remit test" for d in await s.diagnostics("desk.remit")):
        s.published.pop(s.uri("desk.remit"))
    # An edit of the policy makes them things of the past.
    s.change("desk.remit", "> 250.00", "> 251.00")
    assert await s.diagnostics("desk.remit") == []
    lenses = await s.client.text_document_code_lens_async(t.CodeLensParams(s.doc()))
    assert [lens.command.title for lens in lenses].count("run test") == 2


STEPS = [
    diagnostics_follow_typing,
    files_that_use_the_edited_one,
    hover_tells_what_names_are,
    completion_by_context,
    navigation_across_files,
    renaming,
    structure,
    layout,
    colours,
    hints,
    tests_from_the_editor,
]


async def main():
    s = Session()
    s.capabilities = (await s.start()).capabilities
    assert s.capabilities.position_encoding == t.PositionEncodingKind.Utf16
    for step in STEPS:
        await step(s)
        print("ok", step.__name__, flush=True)
    assert await s.stop() == 0
    other = Session()
    done = await other.start(encodings=[t.PositionEncodingKind.Utf8])
    assert done.capabilities.position_encoding == t.PositionEncodingKind.Utf8
    assert await other.stop() == 0
    print("ok whole session")


asyncio.run(asyncio.wait_for(main(), 50))
