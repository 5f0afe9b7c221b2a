// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Banner.h"

#include <QGridLayout>
#include <QVariantMap>

#include <functional>

namespace hpcbill::client
{

/// One thing that an action asks for.
struct FormField {
    /// A password is taken as it is typed; around everything else, blanks are taken away.
    enum class Kind { text, secret, password, choice, ticks };

    QString id; ///< as the server names it, so that its refusals find the field
    Kind kind = Kind::text;
    bool isRequired = true;
    QString title = {};
    QString hint = {};
    QList<std::pair<QString, QString>> choices = {}; ///< code and title
};

/// What an action says and asks.
struct FormText {
    QString lead;   ///< what will happen
    QString submit; ///< the button says what it does: `Mark MU-2026-000123 paid`
    QList<FormField> fields;
    bool isGrave = false; ///< what cannot be taken back
};

/// A small form in place, beneath the button that opened it: what an action needs to know, and a button that
/// says what it does. What was typed stays until the action has succeeded; secrets only as long as the form is
/// open.
class ActionForm final : public QFrame
{
    Q_OBJECT

public:
    /// `name` is the form's object name and the beginning of its parts': `name-submit`, `name-FIELD`.
    ActionForm(const QString& name, Theme& theme, QWidget* parent = nullptr);

    /// Opens with these fields as they are at first, and takes the keyboard. What was typed under the same key
    /// and not done comes back; without a key nothing is kept here.
    void open(const FormText& text, const QVariantMap& atFirst = {}, const QString& key = {});
    /// Brings back what its owner kept.
    void restore(const QVariantMap& typed) { fill(typed); }
    [[nodiscard]] bool hasKept(const QString& key) const { return m_kept.contains(key); }
    /// The action has succeeded: nothing is kept, and the form closes.
    void finish();
    /// The same fields in another language.
    void retitle(const FormText& text);
    /// The action is on its way: it is not sent twice.
    void setBusy(bool isBusy);
    /// Why it was refused, at the field that is to blame where that is known.
    void tell(const ApiError& error);

    [[nodiscard]] QString value(const QString& field) const;
    /// Ticked codes of a field of ticks.
    [[nodiscard]] QStringList ticked(const QString& field) const;
    [[nodiscard]] QVariantMap typed() const;
    [[nodiscard]] bool isTouched() const;

signals:
    void submitted();
    void dismissed();
    void edited();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Part {
        FormField field;
        QLabel* title;
        QWidget* input; ///< QLineEdit, QComboBox, or a box of QCheckBoxes
        QLabel* fault;
    };

    void makeFields(const QList<FormField>& fields);
    QWidget* makeInput(const FormField& field, QWidget* parent);
    void fill(const QVariantMap& typed);
    void check();
    void forgetSecrets();
    void submit();
    [[nodiscard]] QString valueOf(const Part& part) const;

    QLabel* m_lead;
    Banner* m_banner;
    QWidget* m_body = nullptr;
    QGridLayout* m_place;
    QList<Part> m_parts;
    QVariantMap m_untouched;
    QString m_key;
    QHash<QString, QVariantMap> m_kept; ///< what was typed and not done
    bool m_isOpening = false;
    QPushButton* m_submit;
    QPushButton* m_dismiss;
    bool m_isBusy = false;
};

} // namespace hpcbill::client
