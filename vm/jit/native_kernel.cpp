// make_native: machine code for each part, loaded by ORC, and the kernel that holds it.
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <system_error>
#include <thread>

#include "vm/jit/externals.h"
#include "vm/jit/jit.h"
#include "vm/jit/module_builder.h"
#include "vm/jit/target.h"

namespace remit {
namespace {

using DecideFunction = void (*)(uint32_t tool, V* frame, Outcome* out);
using Object = std::unique_ptr<llvm::MemoryBuffer>;

/// LLVM's cost grows faster than a module, and below some size a second thread costs more than it saves.
/// Sizes are counted in functions of segments; that many rows of a tool cost about as much.
constexpr size_t kMostInModule = 64, kWorthAThread = 8, kMostThreads = 4, kRowsLikeSegment = 3;

/// Parts of about the same size; a tool's function weighs as much as its rows.
std::vector<jit::ModulePart> cut(const jit::Plan& plan) {
    std::vector<size_t> until{0};  // function -> weight of all before it
    for (size_t i = 0; i < plan.functions.size(); ++i) until.push_back(until.back() + kRowsLikeSegment);
    for (const jit::ToolCode& tool : plan.tools) until.push_back(until.back() + tool.rows);
    const size_t weight = until.back() / kRowsLikeSegment;
    const size_t threads = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
    const size_t needed = (weight + kMostInModule - 1) / kMostInModule;
    const size_t parts = std::max<size_t>({1, needed, std::min(threads, weight / kWorthAThread)});
    std::vector<jit::ModulePart> all;
    size_t begin = 0;
    for (size_t i = 1; i <= parts; ++i) {
        const auto end = std::lower_bound(until.begin(), until.end(), until.back() * i / parts) - until.begin();
        all.push_back({begin, static_cast<size_t>(end), i == 1});
        begin = static_cast<size_t>(end);
    }
    return all;
}

/// Runs `work` on this thread and, if the system gives them, on some more.
template <class Work>
void side_by_side(size_t parts, Work work) {
    std::vector<std::thread> others;
    try {
        const size_t threads = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
        for (size_t i = 1; i < std::min(threads, parts); ++i) others.emplace_back(work);
    } catch (const std::system_error&) {
        // Fewer threads do the same work.
    }
    work();
    for (std::thread& t : others) t.join();
}

class NativeKernel final : public Kernel {
public:
    explicit NativeKernel(std::shared_ptr<const LoadedProgram> program) : program_(std::move(program)) {}

    llvm::Error compile(const NativeOptions& options, NativeStats& stats);

    void decide(uint32_t tool, V* frame, Outcome& out) const noexcept override { decide_(tool, frame, &out); }
    const char* name() const noexcept override { return "jit"; }

private:
    llvm::Expected<std::vector<Object>> compile_all(const jit::Plan& plan, const jit::Addresses& addresses,
                                                    int opt_level) const;
    llvm::Expected<Object> compile_part(const jit::Plan& plan, const jit::ModulePart& part,
                                        const jit::Addresses& addresses, int opt_level) const;
    llvm::Error start(int opt_level);
    llvm::Error bind_externals();
    llvm::Error look_up(const jit::Plan& plan);

    std::shared_ptr<const LoadedProgram> program_;
    jit::StepTables tables_;
    std::string reported_;  // what linking complained of; outlives the session, which may still complain
    std::unique_ptr<llvm::orc::LLJIT> code_;  // owns the machine code
    DecideFunction decide_ = nullptr;
};

size_t text_bytes(const llvm::MemoryBuffer& object) {
    auto file = llvm::object::ObjectFile::createObjectFile(object.getMemBufferRef());
    if (!file) {
        llvm::consumeError(file.takeError());
        return 0;
    }
    size_t bytes = 0;
    for (const llvm::object::SectionRef& section : (*file)->sections())
        if (section.isText()) bytes += section.getSize();
    return bytes;
}

llvm::Expected<Object> NativeKernel::compile_part(const jit::Plan& plan, const jit::ModulePart& part,
                                                  const jit::Addresses& addresses, int opt_level) const {
    auto machine = jit::make_machine(opt_level);
    if (!machine) return machine.takeError();
    llvm::LLVMContext context;
    auto module = jit::build_module(context, **machine, program_->program(), plan, part, addresses, opt_level);
    if (!module) return module.takeError();
    auto bytes = jit::emit(**machine, **module, llvm::CodeGenFileType::ObjectFile);
    if (!bytes) return bytes.takeError();
    return llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(bytes->data(), bytes->size()), "remit");
}

llvm::Expected<std::vector<Object>> NativeKernel::compile_all(const jit::Plan& plan, const jit::Addresses& addresses,
                                                              int opt_level) const {
    const std::vector<jit::ModulePart> parts = cut(plan);
    std::vector<Object> objects(parts.size());
    std::atomic<size_t> next = 0;
    std::mutex lock;
    llvm::Error failed = llvm::Error::success();
    side_by_side(parts.size(), [&] {
        for (size_t i = next++; i < parts.size(); i = next++) {
            auto object = compile_part(plan, parts[i], addresses, opt_level);
            if (object) {
                objects[i] = std::move(*object);
                continue;
            }
            const std::lock_guard<std::mutex> guard(lock);
            failed = llvm::joinErrors(std::move(failed), object.takeError());
        }
    });
    if (failed) return failed;
    return objects;
}

llvm::Error NativeKernel::start(int opt_level) {
    auto machine = jit::make_machine(opt_level);
    if (!machine) return machine.takeError();
    llvm::orc::LLJITBuilder builder;
    llvm::orc::JITTargetMachineBuilder target((*machine)->getTargetTriple());
    target.setRelocationModel(llvm::Reloc::PIC_).setCodeModel(llvm::CodeModel::Small);
    builder.setJITTargetMachineBuilder(std::move(target));
    builder.setDataLayout((*machine)->createDataLayout());
    builder.setLinkProcessSymbolsByDefault(false);
    builder.setPlatformSetUp(llvm::orc::setUpInactivePlatform);  // no initialisers, no thread-locals
    auto made = builder.create();
    if (!made) return made.takeError();
    code_ = std::move(*made);
    // The session says why, the failed look-up only what.
    code_->getExecutionSession().setErrorReporter(
        [this](llvm::Error e) { reported_ += llvm::toString(std::move(e)) + "; "; });
    return bind_externals();
}

llvm::Error NativeKernel::bind_externals() {
    llvm::orc::SymbolMap symbols;
    for (const jit::External& e : jit::externals())
        symbols[code_->mangleAndIntern(e.name)] = {llvm::orc::ExecutorAddr::fromPtr(e.address),
                                                   llvm::JITSymbolFlags::Exported};
    return code_->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

llvm::Error NativeKernel::look_up(const jit::Plan& plan) {
    const Program& program = program_->program();
    std::vector<llvm::orc::SymbolStringPtr> names;
    for (size_t i = 0; i < plan.size(); ++i) names.push_back(code_->mangleAndIntern(jit::symbol(plan, i)));
    names.push_back(code_->mangleAndIntern(jit::kWalkSymbol));
    names.push_back(code_->mangleAndIntern(jit::decide_symbol(program)));
    auto found = code_->getExecutionSession().lookup(llvm::orc::makeJITDylibSearchOrder(&code_->getMainJITDylib()),
                                                     llvm::orc::SymbolLookupSet(names));
    if (!found) {
        if (reported_.empty()) return found.takeError();
        llvm::consumeError(found.takeError());
        return llvm::createStringError(llvm::inconvertibleErrorCode(), reported_.c_str());
    }
    const auto address = [&](size_t i) { return (*found)[names[i]].getAddress(); };
    const size_t segments = plan.functions.size();
    jit::StepTables::Code code;
    for (size_t i = 0; i < segments; ++i) code.segments.push_back(address(i).toPtr<jit::SegmentFunction>());
    for (size_t i = segments; i < plan.size(); ++i) code.tools.push_back(address(i).toPtr<jit::ToolFunction>());
    code.walk = address(plan.size()).toPtr<jit::ToolFunction>();
    decide_ = address(plan.size() + 1).toPtr<DecideFunction>();
    tables_.fill(program, plan, code);
    return llvm::Error::success();
}

llvm::Error NativeKernel::compile(const NativeOptions& options, NativeStats& stats) {
    const Program& program = program_->program();
    const jit::Plan plan = jit::make_plan(program, options);
    const jit::Addresses addresses{true, tables_.reserve(program), program_->params().data()};
    if (llvm::Error e = start(options.opt_level)) return e;
    auto objects = compile_all(plan, addresses, options.opt_level);
    if (!objects) return objects.takeError();
    for (Object& object : *objects) {
        stats.code_bytes += text_bytes(*object);
        if (llvm::Error e = code_->addObjectFile(std::move(object))) return e;
    }
    stats.functions = plan.size() + 1;
    return look_up(plan);
}

}  // namespace

Result<std::shared_ptr<const Kernel>> make_native(std::shared_ptr<const LoadedProgram> program,
                                                  const NativeOptions& options, NativeStats* stats) {
    const auto started = std::chrono::steady_clock::now();
    NativeStats took;
    auto kernel = std::make_shared<NativeKernel>(std::move(program));
    if (llvm::Error e = kernel->compile(options, took)) return Failure{"native code: " + llvm::toString(std::move(e))};
    took.llvm_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
    if (stats) *stats = took;
    return std::shared_ptr<const Kernel>(std::move(kernel));
}

}  // namespace remit
