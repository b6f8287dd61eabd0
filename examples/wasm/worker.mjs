// A worker at an edge that answers policy questions: POST a request, get a decision.
import module from "policy.wasm";
import { Policy } from "policy.mjs";

const policy = new Policy(module);

export default {
    async fetch(request) {
        if (request.method !== "POST") return Response.json({ policy: policy.hash });
        const headers = { "content-type": "application/json" };
        return new Response(policy.decideText(await request.text()), { headers });
    },
};
