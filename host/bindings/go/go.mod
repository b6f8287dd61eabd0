module remit

go 1.24
