module remit_test

go 1.24

require remit v0.0.0

replace remit => ../../../host/bindings/go
