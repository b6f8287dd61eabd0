#include "vm/jit/native_code.h"

#include <llvm/Object/ObjectFile.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

#include "vm/jit/object_key.h"
#include "vm/jit/target.h"

namespace remit::jit {
namespace {

using Object = std::unique_ptr<llvm::MemoryBuffer>;

/// LLVM's cost grows faster than a module, and below some size a second thread costs more than it saves.
constexpr size_t kMostInModule = 64, kWorthAThread = 8, kMostThreads = 4;

size_t threads_at_most() { return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads); }

/// Functions [begin, end) in parts of about the same size.
void cut(size_t begin, size_t end, std::vector<ModulePart>& parts) {
    const size_t size = end - begin;
    if (size == 0) return;
    const size_t needed = (size + kMostInModule - 1) / kMostInModule;
    const size_t count = std::max<size_t>({1, needed, std::min(threads_at_most(), size / kWorthAThread)});
    for (size_t i = 0; i < count; ++i) parts.push_back({begin + size * i / count, begin + size * (i + 1) / count});
}

/// Runs `work` on this thread and, if the system gives them, on some more.
template <class Work>
void side_by_side(size_t parts, Work work) {
    std::vector<std::thread> others;
    try {
        for (size_t i = 1; i < std::min(threads_at_most(), parts); ++i) others.emplace_back(work);
    } catch (const std::system_error&) {
        // Fewer threads do the same work.
    }
    work();
    for (std::thread& t : others) t.join();
}

llvm::Expected<Object> compile(const Program& program, const Plan& plan, const ModulePart& part, int opt_level) {
    auto machine = make_machine(opt_level);
    if (!machine) return machine.takeError();
    llvm::LLVMContext context;
    auto module = build_module(context, **machine, program, plan, part, opt_level);
    if (!module) return module.takeError();
    auto bytes = emit(**machine, **module, llvm::CodeGenFileType::ObjectFile);
    if (!bytes) return bytes.takeError();
    return llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(bytes->data(), bytes->size()), "remit");
}

Object from_cache(ObjectCache& cache, const std::string& key) {
    const auto stored = cache.load(key);
    const auto object = stored ? unsealed(key, *stored) : std::nullopt;
    return object ? llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object->data(), object->size()), "remit")
                  : nullptr;
}

/// Machine code by part, from the cache or from LLVM.
struct Parts {
    std::vector<ModulePart> parts;
    std::vector<Object> objects;
    std::atomic<size_t> cached = 0;

    llvm::Error make(const Program& program, const Plan& plan, const NativeOptions& options) {
        cut(0, plan.judge_functions(), parts);
        cut(plan.judge_functions(), plan.size(), parts);
        objects.resize(parts.size());
        std::atomic<size_t> next = 0;
        std::mutex lock;
        llvm::Error failed = llvm::Error::success();
        side_by_side(parts.size(), [&] {
            for (size_t i = next++; i < parts.size(); i = next++) {
                auto object = part(program, plan, parts[i], options);
                if (object) {
                    objects[i] = std::move(*object);
                    continue;
                }
                const std::lock_guard<std::mutex> guard(lock);
                failed = llvm::joinErrors(std::move(failed), object.takeError());
            }
        });
        return failed;
    }

private:
    llvm::Expected<Object> part(const Program& program, const Plan& plan, const ModulePart& part,
                                const NativeOptions& options) {
        if (!options.cache) return compile(program, plan, part, options.opt_level);
        const std::string key = object_key(program, plan, part, machine_name(), options.opt_level);
        if (Object known = from_cache(*options.cache, key)) {
            ++cached;
            return known;
        }
        auto made = compile(program, plan, part, options.opt_level);
        if (made) options.cache->store(key, sealed(key, {(*made)->getBufferStart(), (*made)->getBufferSize()}));
        return made;
    }
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

}  // namespace

llvm::Error NativeCode::start(std::span<const External> tables) {
    auto machine = make_machine(/*opt_level=*/0);
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
    jit_ = std::move(*made);
    // The session says why, the failed look-up only what.
    jit_->getExecutionSession().setErrorReporter(
        [this](llvm::Error e) { reported_ += llvm::toString(std::move(e)) + "; "; });
    llvm::orc::SymbolMap symbols;
    for (const std::span<const External> all : {externals(), tables})
        for (const External& e : all)
            symbols[jit_->mangleAndIntern(e.name)] = {llvm::orc::ExecutorAddr::fromPtr(e.address),
                                                      llvm::JITSymbolFlags::Exported};
    return jit_->getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

llvm::Error NativeCode::make(const Program& program, const Plan& plan, std::span<const External> tables,
                             const NativeOptions& options, NativeStats& stats) {
    if (llvm::Error e = start(tables)) return e;
    Parts parts;
    if (llvm::Error e = parts.make(program, plan, options)) return e;
    for (Object& object : parts.objects) {
        stats.code_bytes += text_bytes(*object);
        if (llvm::Error e = jit_->addObjectFile(std::move(object))) return e;
    }
    stats.functions = plan.size();
    stats.cached = parts.cached;
    stats.compiled = parts.parts.size() - parts.cached;
    return llvm::Error::success();
}

llvm::Expected<std::vector<llvm::orc::ExecutorAddr>> NativeCode::look_up(const std::vector<std::string>& names) {
    std::vector<llvm::orc::SymbolStringPtr> interned;
    for (const std::string& name : names) interned.push_back(jit_->mangleAndIntern(name));
    auto found = jit_->getExecutionSession().lookup(llvm::orc::makeJITDylibSearchOrder(&jit_->getMainJITDylib()),
                                                    llvm::orc::SymbolLookupSet(interned));
    if (!found) {
        if (reported_.empty()) return found.takeError();
        llvm::consumeError(found.takeError());
        return llvm::createStringError(llvm::inconvertibleErrorCode(), reported_.c_str());
    }
    std::vector<llvm::orc::ExecutorAddr> addresses;
    for (const auto& name : interned) addresses.push_back((*found)[name].getAddress());
    return addresses;
}

}  // namespace remit::jit
