// native_object: one relocatable object with one function and all that it reads.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include "vm/jit/externals.h"
#include "vm/jit/jit.h"
#include "vm/jit/judge_emitter.h"
#include "vm/jit/module_builder.h"
#include "vm/jit/object_data.h"
#include "vm/jit/object_tables.h"
#include "vm/jit/ops_module.h"
#include "vm/jit/shape_emitter.h"
#include "vm/jit/target.h"

namespace remit {
namespace jit {
namespace {

llvm::Error broken(const std::string& why) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "the object is malformed: " + why);
}

/// What the compiler or an operation may ask of the C library.
bool in_c_library(llvm::StringRef name) {
    for (const char* known : {"memcmp", "bcmp", "memcpy", "memmove", "memset", "memchr", "memmem", "strlen"})
        if (name == known) return true;
    return name.starts_with("llvm.");
}

class ObjectModule {
public:
    ObjectModule(OpsModule ops, llvm::TargetMachine& machine, const LoadedProgram& loaded, const ObjectPlan& plan,
                 int opt_level)
        : ops_(std::move(ops)),
          machine_(machine),
          loaded_(loaded),
          plan_(plan),
          opt_level_(opt_level),
          tables_(ops_.module(), loaded, plan) {
        prepare(ops_.module(), machine);
    }

    llvm::Expected<std::unique_ptr<llvm::Module>> build() {
        const bool straight = plan_.plan.judge.code.straight;
        std::vector<llvm::Function*> judges;
        for (size_t i = 0; i < (straight ? 1 : plan_.plan.judge.code.probes.size()); ++i)
            judges.push_back(emit_judge(ops_.module(), plan_.plan, i));
        std::vector<llvm::CallInst*> calls;
        std::vector<llvm::Function*> segments;
        for (size_t i = 0; i < plan_.plan.segments.size(); ++i)
            segments.push_back(
                emit_segment(ops_, loaded_.program(), plan_.plan.segments[i], segment_symbol(plan_.plan, i), calls));
        if (straight) define(kRecordsSymbol, tables_.records());
        version_ = tables_.version();
        define(kPolicySymbol, version_);
        define(kNoTextSymbol, tables_.no_text());
        define(kStepsSymbol, tables_.steps(segments));
        define("remit_search_class", ops_.use("remit_bc_search_class"));
        define("remit_text_class", ops_.use("remit_bc_text_class"));
        define("remit_role_word", ops_.use("remit_bc_role_word"));
        define("remit_run_list", ops_.use("remit_bc_run_list"));
        for (const External& e : externals()) {
            const llvm::StringRef name = e.name;
            const llvm::Function* declared = ops_.module().getFunction(name);
            if (name.starts_with("remit_op_") && declared && !declared->use_empty())
                define(e.name, ops_.use(("remit_flat_" + name.drop_front(9)).str()));
        }
        decide(straight ? judges[0] : nullptr, straight ? nullptr : tables_.walk(judges), calls);
        if (llvm::Error e = ops_.take_error()) return e;
        for (const auto& some : {judges, segments})
            for (llvm::Function* f : some) f->setLinkage(llvm::GlobalValue::InternalLinkage);
        if (opt_level_ > 0) inline_calls(calls);
        auto module = ops_.finish();
        if (opt_level_ > 0) simplify(machine_, segments);
        drop_unused(*module);
        if (llvm::Error e = check(*module)) return e;
        return module;
    }

private:
    using Value = llvm::Value;

    /// The constant or function that `name` stands for, where it is used.
    void define(const char* name, llvm::Constant* value) {
        llvm::GlobalValue* declared = ops_.module().getNamedValue(name);
        if (!declared || !value) return;
        declared->replaceAllUsesWith(value);
        declared->eraseFromParent();
    }

    /// uint32_t decide(uint32_t tool, remit_slot *slots, remit_answer *answer)
    void decide(llvm::Function* judge, llvm::Constant* walk, std::vector<llvm::CallInst*>& calls) {
        llvm::LLVMContext& context = ops_.module().getContext();
        llvm::IRBuilder<> b(context);
        llvm::Type *i32 = b.getInt32Ty(), *ptr = b.getPtrTy();
        auto* f = llvm::Function::Create(llvm::FunctionType::get(i32, {i32, ptr, ptr}, false),
                                         llvm::GlobalValue::ExternalLinkage, plan_.symbol, ops_.module());
        f->addFnAttr(llvm::Attribute::NoUnwind);
        b.SetInsertPoint(llvm::BasicBlock::Create(context, "entry", f));
        Value *tool = f->getArg(0), *slots = f->getArg(1), *answer = f->getArg(2);
        const auto local = [&](size_t bytes) {
            llvm::AllocaInst* made = b.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), bytes));
            made->setAlignment(llvm::Align(16));
            return made;
        };
        const auto call = [&](llvm::Function* callee, std::vector<Value*> arguments) -> Value* {
            if (!callee) return b.getInt32(2);  // the module is given up
            llvm::CallInst* made = b.CreateCall(callee, arguments);
            calls.push_back(made);
            return made;
        };
        Value* out = local(sizeof(Outcome));
        Value* spoken = local(sizeof(Spoken) * (loaded_.index().most_probes() + 1));
        Value* matched = local(sizeof(uint32_t) * (size_t{plan_.most_matched} + 1));
        call(ops_.use("remit_bc_begin"), {slots, out, spoken, matched});
        if (judge)
            call(judge, {tool, slots, out});
        else
            call(ops_.use("remit_bc_walk"), {walk, tool, slots, out});
        b.CreateRet(call(ops_.use("remit_bc_settle"), {tables_.effects(), out, slots, version_, answer}));
    }

    /// Nothing is left that only this library has, and one symbol is seen.
    llvm::Error check(const llvm::Module& module) const {
        std::string why;
        llvm::raw_string_ostream stream(why);
        if (llvm::verifyModule(module, &stream)) return broken(why);
        for (const llvm::GlobalValue& g : module.global_values()) {
            const bool known = g.isDeclaration() ? in_c_library(g.getName()) : g.hasLocalLinkage();
            if (!known && g.getName() != plan_.symbol) return broken("it names " + g.getName().str());
        }
        return llvm::Error::success();
    }

    OpsModule ops_;
    llvm::TargetMachine& machine_;
    const LoadedProgram& loaded_;
    const ObjectPlan& plan_;
    const int opt_level_;
    ObjectTables tables_;
    llvm::Constant* version_ = nullptr;
};

llvm::Expected<std::string> write_object(const LoadedProgram& loaded, const ObjectPlan& plan, int opt_level) {
    auto machine = make_machine(opt_level, /*portable=*/true);
    if (!machine) return machine.takeError();
    llvm::LLVMContext context;
    auto ops = OpsModule::load(context);
    if (!ops) return ops.takeError();
    auto module = ObjectModule(std::move(*ops), **machine, loaded, plan, opt_level).build();
    if (!module) return module.takeError();
    auto bytes = emit(**machine, **module, llvm::CodeGenFileType::ObjectFile);
    if (!bytes) return bytes.takeError();
    return std::string(bytes->data(), bytes->size());
}

}  // namespace
}  // namespace jit

Result<std::string> native_object(const LoadedProgram& program, const NativeOptions& options) {
    const auto plan = jit::plan_object(program);
    if (!plan) return Failure{plan.error()};
    auto bytes = jit::write_object(program, *plan, options.opt_level);
    if (!bytes) return Failure{"native code: " + llvm::toString(bytes.takeError())};
    return std::move(*bytes);
}

}  // namespace remit
