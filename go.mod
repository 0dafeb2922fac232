module ringcall

go 1.23
