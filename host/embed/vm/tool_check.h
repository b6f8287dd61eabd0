// Whether a `remit_tool` may be used with an edition of a policy.
#pragma once

#include "host/embed/vm/boundary.h"
#include "host/embed/vm/policy.h"
#include "host/embed/vm/tool_id.h"
#include "remit/vm.h"

namespace remit::embed {

inline remit_status check_tool(const HostedPolicy& host, const Edition& edition, remit_tool tool,
                               remit_error* error) noexcept {
    // One comparison says that all is well; which of the three it is not matters afterwards.
    const uint32_t index = tool_index(tool.id);
    if (tool.id == tool_id(host.tag(), edition.version, index) && index < edition.tools) return REMIT_OK;
    if (tool.id == 0) return fail(error, REMIT_BAD_ARGUMENT, "the tool is none: look it up with remit_tool_find");
    if (tool_tag(tool.id) != host.tag()) return fail(error, REMIT_WRONG_POLICY, "the tool is of another policy");
    if (tool_version(tool.id) != (edition.version & kToolVersionMask))
        return fail(error, REMIT_STALE, "the policy was reloaded since the tool was looked up");
    return fail(error, REMIT_BAD_ARGUMENT, "there is no such tool");
}

}  // namespace remit::embed
