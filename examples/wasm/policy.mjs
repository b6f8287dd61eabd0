// A policy that `remit build FILE --emit wasm` made, for any JavaScript host: Node, browsers, workers at an edge.
//
//   const policy = new Policy(new WebAssembly.Module(bytes));
//   const decision = policy.decide(request);           // objects, as docs/cli.md describes them
//
// An instance has one thread and keeps one policy; make one for each version and swap the reference. A trap (out of
// memory) leaves an instance that must be dropped: `decide` throws, and a host denies.

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const verdicts = ["allow", "ask", "deny"];

export class Policy {
    #wasm;
    #input = 0;
    #room = 0;

    constructor(module) {
        this.#wasm = new WebAssembly.Instance(module).exports;
        const status = this.#wasm.remit_init();
        if (status !== 0) throw new Error(`policy not loaded: ${this.#text(this.#wasm.remit_error())}`);
    }

    /** The version hash, as `remit hash` prints it. */
    get hash() {
        const bytes = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.remit_hash(), 32);
        return "sha256:" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    }
    /** Tools, slots, vocabularies, roles and states of each layer: docs/wasm.md. */
    describe() {
        return JSON.parse(this.#text(this.#wasm.remit_describe()));
    }
    /** A request to a decision. */
    decide(request) {
        return JSON.parse(this.decideText(JSON.stringify(request)));
    }
    /** The same as texts of JSON. */
    decideText(request) {
        const size = this.#give(request);
        return this.#text(this.#wasm.remit_decide(this.#input, size));
    }

    /** The slots of a layer: value and error, in turn. Ask again after any call that may have grown the memory. */
    frame(layer = 0) {
        const slots = this.#slots(layer);
        return new BigInt64Array(this.#wasm.memory.buffer, this.#wasm.remit_frame(layer), 2 * slots);
    }
    clear(layer = 0) {
        this.#wasm.remit_clear(layer);
    }
    /** A string, url, email or network into a slot; false if it is not one. */
    setText(slot, text, layer = 0) {
        const size = this.#give(text);
        return this.#wasm.remit_set_text(layer, slot, this.#input, size) !== 0;
    }
    /** What the rules of a layer say of its frame: an index into `verdicts`. */
    judge(tool, layer = 0) {
        return this.#wasm.remit_judge(layer, tool);
    }
    /** The exports themselves, for batches. */
    get exports() {
        return this.#wasm;
    }

    #sizes = [];
    #slots(layer) {
        if (this.#sizes.length === 0) this.#sizes = this.describe().layers.map((l) => l.slots.length);
        if (!(layer in this.#sizes)) throw new RangeError(`no layer ${layer}`);
        return this.#sizes[layer];
    }
    #give(text) {
        const most = text.length * 3;
        if (most > this.#room) {
            this.#wasm.remit_free(this.#input);
            this.#room = Math.max(4096, most);
            this.#input = this.#wasm.remit_alloc(this.#room);
            if (this.#input === 0) {
                this.#room = 0;
                throw new Error("the policy's memory is full");
            }
        }
        return encoder.encodeInto(text, new Uint8Array(this.#wasm.memory.buffer, this.#input, this.#room)).written;
    }
    #text(address) {
        return decoder.decode(new Uint8Array(this.#wasm.memory.buffer, address, this.#wasm.remit_text_size()));
    }
}
