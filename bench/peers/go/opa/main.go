// OPA by its Go package: the query prepared, data held as AST values, inputs converted beforehand.
package main

import (
	"context"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/version"

	"remit/bench/peers/measure"
)

func main() {
	w := measure.FromArguments()
	data := w.Data()
	run(w, "OPA", data)
	if data != nil { // for the rules over tools it gains nothing
		run(w, "OPA, partial", data, rego.WithPartialEval())
	}
}

func run(w measure.Workload, name string, data map[string]any, options ...rego.PrepareOption) {
	ctx := context.Background()
	if data == nil {
		data = map[string]any{}
	}
	start := time.Now()
	store := inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(rego.Query("data.bench.decision"), rego.Module("policy.rego", w.Text("policy.rego")),
		rego.Store(store), rego.GenerateJSON(asIs)).PrepareForEval(ctx, options...)
	measure.Must(err)
	load := time.Since(start)
	inputs := make([]rego.EvalOption, len(w.Requests))
	for i, q := range w.Requests {
		inputs[i] = rego.EvalParsedInput(ast.MustInterfaceToValue(q))
	}
	side := measure.Side{Name: name, Version: version.Version, Column: "per call", Load: load, Outcomes: 3}
	w.Run(side, func(i int) byte {
		result, err := query.Eval(ctx, inputs[i])
		measure.Must(err)
		return letter[string(result[0].Expressions[0].Value.(ast.String))]
	})
}

var letter = map[string]byte{"allow": 'a', "ask": 'q', "deny": 'd'}

// asIs leaves the answer in OPA's own representation.
func asIs(term *ast.Term, _ *rego.EvalContext) (any, error) { return term.Value, nil }
