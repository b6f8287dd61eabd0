/* A policy as an object file: no library of Remit is linked.
 *   remit build gateway.remit --emit obj -o gateway.o
 *   remit build gateway.remit --emit header -o gateway.h
 *   cc refund.c gateway.o -o refund */
#include <inttypes.h>
#include <stdio.h>

#include "gateway.h"

static const char *const kVerdicts[] = {"allow", "ask", "deny"};

int main(void) {
    static const int64_t kCents[] = {9900, 30000, 99900};
    remit_slot slots[ACME_GATEWAY_SLOTS] = {{0, 0}};
    remit_answer answer;
    slots[ACME_GATEWAY_SLOT_ROLES] = remit_slot_number(ACME_GATEWAY_ROLE_CLERK);
    for (size_t i = 0; i < sizeof kCents / sizeof *kCents; ++i) {
        slots[ACME_GATEWAY_SLOT_ARGS_AMOUNT] = remit_slot_number(kCents[i]);
        const uint32_t verdict = acme_gateway_decide(ACME_GATEWAY_TOOL_PAYMENTS_REFUND, slots, &answer);
        printf("refund %" PRId64 ".%02" PRId64 ": %s\n", kCents[i] / 100, kCents[i] % 100, kVerdicts[verdict]);
    }
    return 0;
}
