"""How the parts of a compiled loop are compiled: typed and lowered once each, optimised and made machine code only in the loop itself.

Numba would optimise every small function together with all that it calls, and make machine code of it that nobody ever runs: with a
hundred functions on a dozen levels that is most of the time that compiling takes.
"""

from typing import Any

from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import NativeLowering


class _PartLibrary(JITCodeLibrary):
    """Holds a part for the loops that link it in."""

    def _optimize_final_module(self) -> None:
        """Nothing: the loop is optimised whole."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _PartLowering(NativeLowering):
    _name = "part_lowering"

    def run_pass(self, state: Any) -> bool:
        state.flags.no_compile = True
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        super().run_pass(state)
        key = [state.func_id.func_qualname].index  # numba knows a compiled function by a built-in of its own; nobody calls this one
        state.cr = state.cr._replace(cfunc=key)
        state.targetctx.insert_user_function(key, state.cr.fndesc, [state.library])
        return True


class _PartCompiler(CompilerBase):
    def define_pipelines(self) -> list[PassManager]:
        usual = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager = PassManager("part")
        manager.passes = [(_PartLowering, "part lowering") if step is NativeLowering else (step, words) for step, words in usual.passes]
        manager.finalize()
        return [manager]


_PART: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": _PartCompiler}
inner = njit(**_PART)
"""Compiles a part of a loop, which Python never calls."""
comparing = njit(**_PART, fastmath={"nnan", "nsz"})
"""The same for a part that only compares numbers none of which is NaN, so that several are compared at once; no result is rounded otherwise."""
