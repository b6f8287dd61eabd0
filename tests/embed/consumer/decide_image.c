/* A host that only decides: decide_image IMAGE, requests as lines on standard input. Links libremit_vm alone. */
#include <remit/vm.h>
#include <stdio.h>
#include <string.h>

static char bytes[1 << 20];

int main(int argc, char** argv) {
    remit_error error = REMIT_INIT(remit_error);
    remit_runtime* runtime;
    remit_policy policy;
    remit_text decision = REMIT_TEXT_INIT;
    FILE* file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL || remit_runtime_new(NULL, &runtime, &error) != REMIT_OK) return 2;
    remit_str image = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    if (remit_policy_load(runtime, image, NULL, &policy, &error) != REMIT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    while (fgets(bytes, sizeof bytes, stdin) != NULL) {
        remit_str request = {bytes, strcspn(bytes, "\n")};
        if (remit_decide(runtime, policy, request, 0, &decision, &error) != REMIT_OK) return 1;
        puts(decision.data);
    }
    remit_text_free(&decision);
    remit_runtime_free(runtime);
    return 0;
}
