package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sapl.api.pdp.AuthorizationSubscription;
import io.sapl.api.pdp.Decision;
import io.sapl.interpreter.combinators.PolicyDocumentCombiningAlgorithm;
import io.sapl.pdp.EmbeddedPolicyDecisionPoint;
import io.sapl.pdp.PolicyDecisionPointFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SAPL's embedded decision point: policies in memory, subscriptions made beforehand, the first decision awaited. */
final class Sapl {
    public static void main(String[] args) throws Exception {
        Measure measure = new Measure(args);
        List<String> policies = new ArrayList<>();
        for (String p : measure.text("policy.sapl").split("%%")) if (!p.isBlank()) policies.add(p.strip());
        long start = System.nanoTime();
        EmbeddedPolicyDecisionPoint pdp = PolicyDecisionPointFactory.fixedInRamPolicyDecisionPoint(
            policies, PolicyDocumentCombiningAlgorithm.DENY_OVERRIDES, Map.of());
        double loadMs = (System.nanoTime() - start) / 1e6;
        List<AuthorizationSubscription> calls = new ArrayList<>();
        JsonNode data = Files.exists(measure.folder.resolve("data.json"))
            ? new ObjectMapper().readTree(measure.text("data.json")) : null;
        for (JsonNode q : measure.requests) calls.add(data == null ? ofTool(q) : ofApplication(q, data));
        measure.run("SAPL", "3.0.0", loadMs, i ->
            pdp.decide(calls.get(i)).blockFirst().getDecision() == Decision.PERMIT ? 'a' : 'd');
        System.exit(0); // the decision point keeps threads
    }

    private static AuthorizationSubscription ofTool(JsonNode q) {
        var make = JsonNodeFactory.instance;
        JsonNode subject = make.objectNode().<com.fasterxml.jackson.databind.node.ObjectNode>set("tier", q.get("tier"))
            .set("roles", q.get("roles"));
        JsonNode resource = make.objectNode().<com.fasterxml.jackson.databind.node.ObjectNode>set("group", q.get("group"))
            .set("score", q.get("score"));
        return new AuthorizationSubscription(subject, q.get("tool"), resource, make.nullNode());
    }

    private static AuthorizationSubscription ofApplication(JsonNode q, JsonNode data) {
        return new AuthorizationSubscription(data.get("principals").get(q.get("principal").asText()), q.get("action"),
            data.get("resources").get(q.get("resource").asText()), JsonNodeFactory.instance.nullNode());
    }
}
