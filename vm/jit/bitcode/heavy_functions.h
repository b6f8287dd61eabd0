// The operations of vm/ops/heavy.cpp once more, under names of their own: native code of this process calls the
// library's, an object file has copies.
#pragma once

#define remit_op_EqS remit_flat_EqS
#define remit_op_StartsS remit_flat_StartsS
#define remit_op_EndsS remit_flat_EndsS
#define remit_op_ContainsS remit_flat_ContainsS
#define remit_op_LikeS remit_flat_LikeS
#define remit_op_MatchesS remit_flat_MatchesS
#define remit_op_HostLike remit_flat_HostLike
#define remit_op_InsideS remit_flat_InsideS
#define remit_op_UrlOn remit_flat_UrlOn
#define remit_op_EqN remit_flat_EqN
#define remit_op_InNet remit_flat_InNet
#define remit_op_InI remit_flat_InI
#define remit_op_InS remit_flat_InS
#define remit_op_OnlyI remit_flat_OnlyI
#define remit_op_OnlyS remit_flat_OnlyS
#define remit_op_MeetsI remit_flat_MeetsI
#define remit_op_MeetsS remit_flat_MeetsS
#define remit_op_During remit_flat_During

#include "vm/ops/heavy.cpp"

#undef remit_op_EqS
#undef remit_op_StartsS
#undef remit_op_EndsS
#undef remit_op_ContainsS
#undef remit_op_LikeS
#undef remit_op_MatchesS
#undef remit_op_HostLike
#undef remit_op_InsideS
#undef remit_op_UrlOn
#undef remit_op_EqN
#undef remit_op_InNet
#undef remit_op_InI
#undef remit_op_InS
#undef remit_op_OnlyI
#undef remit_op_OnlyS
#undef remit_op_MeetsI
#undef remit_op_MeetsS
#undef remit_op_During
