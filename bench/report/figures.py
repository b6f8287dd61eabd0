"""One run's measurements, to be asked for by part, workload, size, side and column."""


class Figures:
    def __init__(self, lines):
        self.lines = lines

    def of(self, **wanted):
        return [line for line in self.lines if all(line.get(k) == v for k, v in wanted.items())]

    def one(self, **wanted):
        return next(iter(self.of(**wanted)), None)

    def value(self, key, **wanted):
        line = self.one(**wanted)
        return None if line is None else line.get(key)

    def sizes(self, part, workload):
        return sorted({line["n"] for line in self.of(part=part, workload=workload)})

    def workloads(self, part):
        return list(dict.fromkeys(line["workload"] for line in self.of(part=part) if "workload" in line))

    def rows(self, part, workload):
        """Sides with their columns, in the order in which they were run."""
        return list(dict.fromkeys((line["side"], line["column"]) for line in self.of(part=part, workload=workload) if "column" in line))
