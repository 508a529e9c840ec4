"""Problem 2's figures show what the tables say, each number at its place."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb

import draw_grid
import draw_learning_curves
import draw_predictions
import draw_weights
from shared.figures import save, short, style


@pytest.fixture(autouse=True)
def in_style():
    with style():
        yield


def grid(sizes=(16, 64), rates=(1e-4, 1e-3, 1e-2), lengths=(2, 5), diverged=(1e-2,)):
    """A made-up grid whose costs all differ; diverged learning rates stop after two epochs."""
    rows, histories = [], []
    for size, rate, length in product(sizes, rates, lengths):
        epoch = np.arange(1, length + 1)
        cost = 50 + 800 / (1 + epoch * rate * 1e4 / size)
        if rate in diverged:
            epoch, cost = epoch[:2], np.array([900, np.inf])[:length]
        history = pd.DataFrame(
            {"epoch": epoch, "minibatch_fmse": cost * 2, "validation_fmse": cost}
        )
        status, final = ("diverged", np.nan) if rate in diverged else ("ok", cost[-1])
        rows.append([size, rate, length, status, 0.9 * final, final])
        histories.append(history)
    names = ["batch_size", "learning_rate", "epochs", "status", "train_fmse", "validation_fmse"]
    return pd.DataFrame(rows, columns=names), histories


def cell(size, rate, length):
    return {"batch_size": size, "learning_rate": rate, "epochs": length}


CHOSEN = cell(16, 1e-3, 5)


def curves(chosen=CHOSEN, **settings):
    return draw_learning_curves.draw(*grid(**settings), chosen)


def lines(axes, **properties):
    """The panel's lines that have these properties."""
    return [
        line
        for line in axes.get_lines()
        if all(getattr(line, f"get_{name}")() == value for name, value in properties.items())
    ]


def legend(figure):
    """What each handle of the legend is called."""
    (box,) = figure.legends
    return dict(zip([text.get_text() for text in box.texts], box.legend_handles, strict=True))


# Learning curves


def test_the_legend_names_every_learning_rate_with_its_curves_colour_and_mark():
    figure = curves(diverged=())
    for axes in figure.axes:
        for label, line in zip(["1e-4", "0.001", "0.01"], lines(axes, linewidth=1.0), strict=True):
            handle = legend(figure)[f"ε = {label}"]
            assert to_hex(handle.get_color()) == to_hex(line.get_color())
            assert handle.get_marker() == line.get_marker()
    assert len({to_hex(handle.get_color()) for handle in legend(figure).values()}) == 4


def test_validation_is_solid_and_training_dotted_for_every_batch_size_and_learning_rate():
    cells, histories = grid(diverged=())
    figure = draw_learning_curves.draw(cells, histories, CHOSEN)
    for axes, size in zip(figure.axes, [16, 64], strict=True):
        assert axes.get_title() == f"batch size {size}"
        longest = cells[(cells.batch_size == size) & (cells.epochs == 5)].index
        drawn = lines(axes, linewidth=1.0), lines(axes, linestyle=":")
        for row, validation, training in zip(longest, *drawn, strict=True):
            assert validation.get_linestyle() == "-"
            np.testing.assert_array_equal(
                validation.get_xydata(), histories[row][["epoch", "validation_fmse"]]
            )
            np.testing.assert_array_equal(
                training.get_xydata(), histories[row][["epoch", "minibatch_fmse"]]
            )


def test_a_curve_has_a_mark_where_each_cell_ends():
    for axes in curves(lengths=(2, 3, 7), chosen=cell(16, 1e-3, 7), diverged=()).axes:
        for line in lines(axes, linewidth=1.0):
            assert list(line.get_xdata()[line.get_markevery()]) == [2, 3, 7]


def test_a_cell_that_diverged_gets_a_cross_where_it_stopped_at_the_upper_edge():
    for axes in curves(lengths=(1, 9), chosen=cell(16, 1e-3, 9)).axes:
        (cross,) = lines(axes, marker="x")
        assert to_hex(cross.get_color()) == to_hex("C2")
        assert list(cross.get_xdata()) == [2]
        ((_, height),) = axes.transAxes.inverted().transform(
            cross.get_transform().transform(cross.get_xydata())
        )
        assert 0.9 < height < 1


def test_two_crosses_at_one_epoch_do_not_hide_each_other():
    axes = curves(diverged=(1e-3, 1e-2), chosen=cell(16, 1e-4, 5)).axes[0]
    heights = [line.get_ydata()[0] for line in lines(axes, marker="x")]
    assert abs(heights[0] - heights[1]) == pytest.approx(0.05)


def test_what_diverged_does_not_stretch_the_axis():
    cells, histories = grid()
    with_huge_costs = [history.replace(np.inf, 1e30) for history in histories]
    for told in (histories, with_huge_costs):
        low, high = draw_learning_curves.draw(cells, told, CHOSEN).axes[0].get_ylim()
        trained = pd.concat(told[row] for row in cells.index[cells.status == "ok"])
        assert 0.5 * trained.validation_fmse.min() < low < trained.validation_fmse.min()
        assert trained.minibatch_fmse.max() < high < 3 * trained.minibatch_fmse.max()


@pytest.mark.parametrize("length", [2, 5])
def test_the_selected_cell_has_a_heavy_line_in_front_and_a_ring_at_its_last_epoch(length):
    first, second = curves(chosen=cell(64, 1e-3, length)).axes
    (ring,) = lines(second, fillstyle="none")
    (heavy,) = lines(second, linewidth=2.4)
    cost = 50 + 800 / (1 + length * 10 / 64)
    np.testing.assert_allclose(ring.get_xydata(), [[length, cost]])
    np.testing.assert_allclose(heavy.get_xydata()[-1], [length, cost])
    assert heavy.get_zorder() > max(line.get_zorder() for line in lines(second, linewidth=1.0))
    assert not lines(first, fillstyle="none")
    assert not lines(first, linewidth=2.4)


def test_a_cell_that_ended_before_a_longer_one_diverged_can_be_the_selected_one():
    cells, histories = grid(rates=(1e-3,), diverged=(), lengths=(2, 5))
    histories[1].loc[3:, ["minibatch_fmse", "validation_fmse"]] = np.inf
    cells.loc[1, ["status", "train_fmse", "validation_fmse"]] = "diverged", np.nan, np.nan
    axes = draw_learning_curves.draw(cells, histories, cell(16, 1e-3, 2)).axes[0]
    (curve,), (ring,) = lines(axes, linewidth=1.0), lines(axes, fillstyle="none")
    assert list(curve.get_xdata()[curve.get_markevery()]) == [2]
    assert list(ring.get_xdata()) == [2]
    assert list(lines(axes, marker="x")[0].get_xdata()) == [5]


def test_the_legend_says_diverged_only_if_a_cell_did():
    assert "diverged" in legend(curves())
    assert "diverged" not in legend(curves(diverged=()))


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [(1, [1, 2, 4, 8]), (4, [1, 2, 4, 8]), (8, [2, 4, 8, 16]), (64, [8, 16, 32, 64])],
)
def test_a_large_grid_is_drawn_around_the_selected_cell_and_says_so(chosen, shown):
    rates = [1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 4e-3, 8e-3]
    sizes = [64, 1, 2, 4, 8, 16, 32]
    figure = curves(sizes=sizes, rates=rates, diverged=(), chosen=cell(chosen, 1e-5, 5))
    assert [axes.get_title() for axes in figure.axes] == [f"batch size {size}" for size in shown]
    assert sum(label.startswith("ε") for label in legend(figure)) == 6
    assert "ε = 8e-3" not in legend(figure)
    assert "part of the grid" in figure.get_suptitle()
    assert curves().get_suptitle() == ""


# The heat maps


def fields(axes):
    """What is written in the field of each learning rate and batch size, by the axes' labels."""
    columns, rows = (
        dict(zip(ticks, axis.get_major_formatter().format_ticks(ticks), strict=True))
        for axis, ticks in [(axes.xaxis, axes.get_xticks()), (axes.yaxis, axes.get_yticks())]
    )
    written = {}
    for text in axes.texts:
        x, y = text.get_position()
        assert (rows[y], columns[x]) not in written
        written[rows[y], columns[x]] = text.get_text()
    return written


def patches(axes):
    """The lower left corners of what is hatched, and of what is framed."""
    corners = {True: [], False: []}
    for patch in axes.patches:
        assert (patch.get_width(), patch.get_height()) == (1, 1)
        corners[patch.get_hatch() is not None].append(patch.get_xy())
    return corners[True], corners[False]


def test_every_field_holds_its_own_cost():
    cells, _ = grid(sizes=(16, 64, 256))
    shuffled = cells.sample(frac=1, random_state=3)
    *panels, _ = draw_grid.draw(shuffled, CHOSEN).axes
    for axes, length in zip(panels, [2, 5], strict=True):
        assert axes.get_title() == f"{length} epochs"
        written = fields(axes)
        for row in cells[cells.epochs == length].itertuples():
            text = written[short(row.learning_rate), row.batch_size]
            if row.status == "diverged":
                assert text == "diverged"
            else:
                assert float(text) == float(f"{row.validation_fmse:.3g}")


def test_every_fields_colour_follows_its_cost_on_one_scale():
    cells, _ = grid()
    *panels, bar = draw_grid.draw(cells, CHOSEN).axes
    for axes, length in zip(panels, [2, 5], strict=True):
        (image,) = axes.collections
        told = cells[cells.epochs == length].sort_values(["learning_rate", "batch_size"])
        np.testing.assert_array_equal(
            image.get_array().filled(np.nan).ravel(), told.validation_fmse.to_numpy()
        )
        assert image.get_clim() == (cells.validation_fmse.min(), cells.validation_fmse.max())
    labels = [float(label.get_text()) for label in bar.get_yticklabels()]
    expected = np.geomspace(cells.validation_fmse.min(), cells.validation_fmse.max(), 5)
    np.testing.assert_allclose(labels, expected, rtol=0.005)


def test_what_diverged_is_hatched_and_the_selected_cell_is_framed():
    first, second, _ = draw_grid.draw(grid()[0], cell(64, 1e-4, 5)).axes
    assert patches(first) == ([(0, 2), (1, 2)], [])
    assert patches(second) == ([(0, 2), (1, 2)], [(1, 0)])


def test_numbers_stand_out_from_their_fields():
    def luminance(color):
        channels = np.array(to_rgb(color))
        linear = np.where(channels > 0.04045, ((channels + 0.055) / 1.055) ** 2.4, channels / 12.92)
        return linear @ [0.2126, 0.7152, 0.0722]

    cells, _ = grid(rates=list(np.geomspace(1e-4, 1, 12)), diverged=())
    cells["validation_fmse"] = np.geomspace(50, 900, len(cells))
    *panels, _ = draw_grid.draw(cells, cell(16, 1e-4, 2)).axes
    for axes in panels:
        image = axes.collections[0]
        for text, cost in zip(axes.texts, image.get_array().ravel(), strict=True):
            light = luminance(text.get_color()), luminance(image.to_rgba([cost])[0][:3])
            assert (max(light) + 0.05) / (min(light) + 0.05) > 3.5


def test_a_grid_of_thirty_by_thirty_has_no_writing_in_its_fields_but_explains_the_hatching():
    rates = np.geomspace(1e-6, 1e-1, 30)
    cells, _ = grid(sizes=range(1, 31), rates=rates, diverged=rates[-3:])
    figure = draw_grid.draw(cells, cell(1, rates[0], 2))
    for axes in figure.axes[:2]:
        assert not axes.texts
        assert len(patches(axes)[0]) == 90
        assert len(axes.get_xticks()) < 15
    assert list(legend(figure)) == ["diverged"]
    assert not draw_grid.draw(grid()[0], CHOSEN).legends


def test_a_grid_of_one_cell_can_be_drawn(tmp_path):
    cells, histories = grid([16], [1e-3], [1])
    figure = draw_grid.draw(cells, cell(16, 1e-3, 1))
    assert fields(figure.axes[0])["0.001", 16] == "542"  # 50 + 800 / (1 + 10 / 16)
    save(figure, tmp_path / "grid.svg")
    figure = draw_learning_curves.draw(cells, histories, cell(16, 1e-3, 1))
    save(figure, tmp_path / "curves.svg")


def test_many_numbers_of_epochs_fill_several_rows():
    cells, _ = grid(lengths=range(1, 7))
    *panels, _ = draw_grid.draw(cells, CHOSEN).axes
    corners = [axes.get_subplotspec().colspan.start for axes in panels]
    assert corners == [0, 1, 2, 0, 1, 2]


# The weights


def weights():
    return np.random.default_rng(0).normal(size=2304), np.linspace(0, 255, 2304)


def test_weights_and_mean_face_stand_upright():
    w, mean = weights()
    for axes, values in zip(draw_weights.draw(w, mean).axes, [w, mean], strict=False):
        (image,) = axes.images
        assert image.get_array()[5, 40] == values[5 * 48 + 40]
        left, right = axes.transData.transform([(0, 0), (47, 0)])
        top, bottom = axes.transData.transform([(0, 0), (0, 47)])
        assert left[0] < right[0]
        assert top[1] > bottom[1]
        assert tuple(image.get_extent()) == (-0.5, 47.5, 47.5, -0.5)


@pytest.mark.parametrize("extreme", [-9.0, 9.0])
def test_weight_zero_has_the_middle_colour(extreme):
    w, mean = weights()
    w[100] = extreme
    (image,) = draw_weights.draw(w, mean).axes[0].images
    assert image.get_clim() == (-9, 9)


def test_pixels_with_large_negative_weights_have_a_dash():
    w, mean = np.zeros(2304), np.ones(2304)
    w[[3 * 48 + 7, 20 * 48 + 30, 0]] = -1.0, -0.6, 1.0
    axes = draw_weights.draw(w, mean).axes[0]
    (dashes,) = axes.collections
    assert dashes.get_offsets().tolist() == [[7, 3], [30, 20]]
    assert axes.get_title() == "weights (dashes: below −0.5)"


# The predictions

PREDICTIONS = pd.DataFrame(
    {"age": [0, 8, 31, 39.5, 33, 99], "predicted": [10, 20, 30, 40.5, 36, -12.0]}
)


def test_both_axes_of_the_predictions_are_equal_and_hold_every_face():
    axes = draw_predictions.draw(PREDICTIONS).axes[0]
    assert axes.get_aspect() == 1
    assert axes.get_xlim() == axes.get_ylim()
    assert axes.get_xlim()[0] < -12
    assert axes.get_xlim()[1] > 100
    (faces,) = axes.collections
    np.testing.assert_array_equal(faces.get_offsets(), PREDICTIONS)
    perfect, _ = axes.get_lines()
    np.testing.assert_array_equal(perfect.get_xdata(), perfect.get_ydata())


def test_the_squares_are_the_mean_predictions_of_the_decades():
    _, means = draw_predictions.draw(PREDICTIONS).axes[0].get_lines()
    np.testing.assert_allclose(means.get_xydata(), [[4, 15], [34.5, 35.5], [99, -12]])


def test_the_bars_are_the_root_mean_square_errors_of_the_decades():
    axes = draw_predictions.draw(PREDICTIONS).axes[1]
    # errors 10, 12 | -1, 1, 3 | -111
    expected = np.sqrt([(100 + 144) / 2, (1 + 1 + 9) / 3, 111**2])
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], expected)
    assert [bar.get_x() for bar in axes.patches] == [0, 30, 90]
    assert {text.get_position()[0] // 10: text.get_text() for text in axes.texts} == {
        0: "2",
        3: "3",
        9: "1",
    }
    (overall,) = axes.get_lines()
    assert overall.get_ydata()[0] == pytest.approx(np.sqrt((244 + 11 + 111**2) / 6))
    assert overall.get_label() == "all ages: 45.8 years"


# All of them


FIGURES = {
    "curves": (draw_learning_curves.draw, lambda: (*grid(), CHOSEN)),
    "grid": (draw_grid.draw, lambda: (grid()[0], CHOSEN)),
    "weights": (draw_weights.draw, weights),
    "predictions": (draw_predictions.draw, lambda: (PREDICTIONS.copy(),)),
}


@pytest.mark.parametrize(("draw", "arguments"), FIGURES.values(), ids=FIGURES)
def test_drawing_leaves_its_arguments_as_they_are(draw, arguments):
    given, before = arguments(), arguments()
    draw(*given)
    assert_same(given, before)


def assert_same(given, before):
    for one, other in zip(given, before, strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        elif isinstance(one, list):
            assert_same(one, other)
        else:
            assert np.all(one == other)


@pytest.mark.parametrize(("draw", "arguments"), FIGURES.values(), ids=FIGURES)
def test_a_figure_is_as_wide_as_the_text_and_has_the_same_bytes_each_time(
    draw, arguments, tmp_path
):
    for name in ("once", "again"):
        figure = draw(*arguments())
        assert figure.get_figwidth() == 6.5
        save(figure, tmp_path / f"{name}.svg")
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
