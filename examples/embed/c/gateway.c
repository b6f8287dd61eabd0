/* A gateway in C: compiles a policy, binds a session, decides calls, and takes a new version of the policy while it runs.
 *
 *   gateway POLICY NEXT_POLICY
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <remit/compile.h>

static const char* const kVerdicts[] = {"allow", "ask", "deny"};

static remit_str text(const char* from) {
    remit_str out = {from, 0};
    while (from[out.size] != '\0') ++out.size;
    return out;
}

/* Reads files for the compiler; this host lets a policy name any. */
static remit_status read_file(void* user, remit_str path, remit_text* out) {
    (void)user;
    char name[4096], bytes[65536];
    if (path.size >= sizeof name) return REMIT_TOO_LARGE;
    snprintf(name, sizeof name, "%.*s", (int)path.size, path.data);
    FILE* file = fopen(name, "rb");
    if (file == NULL) return REMIT_CALLBACK;
    const remit_str read = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    return remit_text_set(out, read);
}

static remit_source source_of(const char* path) {
    remit_source source = REMIT_INIT(remit_source);
    source.path = text(path);
    source.read_file = read_file;
    return source;
}

static int failed(const char* what, const remit_error* error) {
    fprintf(stderr, "%s: %s: %s\n", what, remit_status_name(error->status), error->message);
    return 1;
}

/* What the gateway looks up once for each version of the policy. */
typedef struct names {
    remit_tool refund;
    remit_parameter order, amount;
} names;

static remit_status look_up(remit_runtime* runtime, remit_policy policy, names* out, remit_error* error) {
    out->order = REMIT_INIT(remit_parameter);
    out->amount = REMIT_INIT(remit_parameter);
    remit_status status = remit_tool_find(runtime, policy, text("payments.refund"), &out->refund, error);
    if (status == REMIT_OK)
        status = remit_parameter_find(runtime, policy, out->refund, text("order"), &out->order, error);
    if (status == REMIT_OK)
        status = remit_parameter_find(runtime, policy, out->refund, text("amount"), &out->amount, error);
    return status;
}

/* Decides one refund of `cents`. */
static remit_status refund(remit_runtime* runtime, remit_call call, remit_session session, const names* known,
                           int64_t cents, remit_ruling* ruling, remit_error* error) {
    const remit_argument arguments[] = {
        {.parameter = known->order.index, .kind = REMIT_VALUE_TEXT, .text = text("A-1")},
        {.parameter = known->amount.index, .kind = REMIT_VALUE_INTEGER, .number = cents},
    };
    remit_request request = REMIT_INIT(remit_request);
    request.session = session;
    request.tool = known->refund;
    request.time = INT64_C(1790000000000000000);
    request.arguments = arguments;
    request.argument_count = 2;
    return remit_judge(runtime, call, &request, ruling, error);
}

/* A few refunds. A version that was reloaded meanwhile is noticed here, and its names are looked up again. */
static int serve(remit_runtime* runtime, remit_policy policy, remit_call call, remit_session session, names* known) {
    static const int64_t kCents[] = {9900, 30000, 99900};
    remit_error error = REMIT_INIT(remit_error);
    for (size_t i = 0; i < sizeof kCents / sizeof *kCents; ++i) {
        remit_ruling ruling = REMIT_INIT(remit_ruling);
        remit_status status = refund(runtime, call, session, known, kCents[i], &ruling, &error);
        if (status == REMIT_STALE) {
            if (look_up(runtime, policy, known, &error) != REMIT_OK) return failed("look up", &error);
            status = refund(runtime, call, session, known, kCents[i], &ruling, &error);
        }
        if (status != REMIT_OK) return failed("judge", &error);
        printf("refund %" PRId64 ".%02" PRId64 ": %s", kCents[i] / 100, kCents[i] % 100, kVerdicts[ruling.verdict]);
        remit_effect effect = REMIT_INIT(remit_effect);
        while (remit_next_effect(runtime, call, &effect, NULL) == REMIT_OK && effect.kind != REMIT_EFFECT_NONE)
            if (ruling.verdict == REMIT_ASK && effect.kind == REMIT_EFFECT_ASK)
                printf(" %" PRId64 " of %.*s", effect.number, (int)effect.name.size, effect.name.data);
        printf("\n");
    }
    return 0;
}

static int run(remit_runtime* runtime, const char* path, const char* next_path) {
    remit_error error = REMIT_INIT(remit_error);
    remit_source source = source_of(path);
    remit_policy policy;
    if (remit_policy_compile(runtime, &source, NULL, NULL, &policy, &error) != REMIT_OK) return failed(path, &error);

    const remit_str roles[] = {text("clerk")}, scope[] = {text("*")};
    remit_session_fields fields = REMIT_INIT(remit_session_fields);
    fields.id = text("s-9");
    fields.tier = text("prod");
    fields.tenant = text("acme");
    fields.owner = text("ops@acme.example");
    fields.retention = text("standard");
    fields.roles = roles;
    fields.role_count = 1;
    fields.scope = scope;
    fields.scope_count = 1;
    fields.expires = INT64_C(1800000000000000000);
    remit_session session;
    if (remit_session_bind(runtime, policy, &fields, &session, &error) != REMIT_OK) return failed("bind", &error);
    remit_call call; /* one for each thread */
    if (remit_call_open(runtime, policy, &call, &error) != REMIT_OK) return failed("open", &error);
    names known;
    if (look_up(runtime, policy, &known, &error) != REMIT_OK) return failed("look up", &error);

    if (serve(runtime, policy, call, session, &known) != 0) return 1;
    source = source_of(next_path);
    if (remit_policy_recompile(runtime, policy, &source, NULL, &error) != REMIT_OK) return failed(next_path, &error);
    printf("reloaded\n");
    return serve(runtime, policy, call, session, &known);
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: gateway POLICY NEXT_POLICY\n");
        return 2;
    }
    remit_error error = REMIT_INIT(remit_error);
    remit_runtime* runtime;
    if (remit_runtime_new(NULL, &runtime, &error) != REMIT_OK) return failed("runtime", &error);
    const int status = run(runtime, argv[1], argv[2]);
    remit_runtime_free(runtime); /* and with it the policy, the session and the call */
    return status;
}
