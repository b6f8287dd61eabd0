package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** A workload, and the checking and timing of one side of it. One line of JSON for each measurement. */
final class Measure {
    private static final long WARM_NS = 2_000_000_000;
    final Path folder;
    final long budget; // ns
    final List<JsonNode> requests = new ArrayList<>();
    final String answers;

    Measure(String[] args) throws IOException {
        if (args.length != 2) throw new IllegalArgumentException("usage: DIR SECONDS");
        folder = Path.of(args[0]);
        budget = (long) (Double.parseDouble(args[1]) * 1e9);
        ObjectMapper mapper = new ObjectMapper();
        for (String line : Files.readAllLines(folder.resolve("requests.jsonl"))) requests.add(mapper.readTree(line));
        answers = text("answers.txt").strip();
    }

    String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    /** decide.apply(i) answers request i with 'a' or 'd'. */
    void run(String side, String version, double loadMs, IntFunction<Character> decide) throws Exception {
        warm(decide);
        StringBuilder got = new StringBuilder();
        long start = System.nanoTime();
        while (got.length() < answers.length() && (got.length() == 0 || System.nanoTime() - start < budget))
            got.append((char) decide.apply(got.length()));
        int count = got.length(), wrong = 0;
        long digest = 0xcbf29ce484222325L;
        for (int i = 0; i < count; i++) {
            char want = answers.charAt(i) == 'q' ? 'd' : answers.charAt(i);
            if (got.charAt(i) != want) wrong++;
            digest = (digest ^ got.charAt(i)) * 0x100000001b3L;
        }
        double[] samples = new double[1 << 20];
        int n = 0;
        start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < budget && n < samples.length; i = i + 1 == count ? 0 : i + 1) {
            long t = System.nanoTime();
            decide.apply(i);
            samples[n++] = System.nanoTime() - t;
        }
        double mean = Arrays.stream(samples, 0, n).average().orElse(0);
        Arrays.sort(samples, 0, n);
        double one = rate(1, count, decide), two = rate(2, count, decide);
        System.out.printf(Locale.ROOT,
            "{\"side\":\"%s\",\"version\":\"%s\",\"column\":\"per call\",\"p50\":%.1f,\"p99\":%.1f,\"mean\":%.1f,\"batch\":1,"
                + "\"allocations\":null,\"two_threads\":%.3f,\"rss_mb\":%.1f,\"load_ms\":%.1f,\"checked\":%d,\"wrong\":%d,"
                + "\"outcomes\":2,\"digest\":\"%016x\"}%n",
            side, version, samples[n / 2], samples[n * 99 / 100], mean, two / one, residentMb(), loadMs, count, wrong, digest);
    }

    /** Until the virtual machine has compiled what is hot. */
    private void warm(IntFunction<Character> decide) {
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < WARM_NS; i = i + 1 == answers.length() ? 0 : i + 1) decide.apply(i);
    }

    private double rate(int threads, int count, IntFunction<Character> decide) throws InterruptedException {
        long[] done = new long[threads];
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int mine = t;
            running.add(new Thread(() -> {
                long start = System.nanoTime();
                for (int i = mine * count / threads; System.nanoTime() - start < budget / 2; i = i + 1 == count ? 0 : i + 1) {
                    decide.apply(i);
                    done[mine]++;
                }
            }));
        }
        for (Thread t : running) t.start();
        for (Thread t : running) t.join();
        return Arrays.stream(done).sum();
    }

    private static double residentMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("VmRSS:")) return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        return 0;
    }
}
