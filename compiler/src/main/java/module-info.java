/**
 * From eBPF objects to JVM classes: ELF and BTF front end, verifier, code generator and the {@code
 * bpf4j} command line.
 *
 * <p>A package is internal unless it is exported here; an exported package is listed in the pom's
 * {@code documented.packages} too, which makes javac insist on its Javadoc.
 */
module io.github.bpf4j.compiler {
    requires transitive io.github.bpf4j.runtime;
    requires org.objectweb.asm;
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;
    requires static org.jspecify;
    requires static info.picocli;
    requires static HdrHistogram;

    exports io.github.bpf4j.compiler;
    exports io.github.bpf4j.compiler.btf;
    exports io.github.bpf4j.compiler.codegen;
    exports io.github.bpf4j.compiler.diagnosis;
    exports io.github.bpf4j.compiler.elf;
    exports io.github.bpf4j.compiler.isa;
    exports io.github.bpf4j.compiler.load;
    exports io.github.bpf4j.compiler.raw;
    exports io.github.bpf4j.compiler.spec;
    exports io.github.bpf4j.compiler.verifier;
}
